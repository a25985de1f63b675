"""The look of documents on paper. reportlab is imported by its modules only, and they only by the worker."""

# Part of what a finished PDF is kept under: a new one makes all PDFs anew when they are next asked for.
TEMPLATE_VERSION = "3"
