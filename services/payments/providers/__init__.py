"""Payment providers: plug-ins behind one interface."""
