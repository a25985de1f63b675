"""What can be done with documents: load, decide, save. Each module has one kind of asker in mind."""
