"""What all services share: the kernel, the contracts between them, messaging and storage."""
