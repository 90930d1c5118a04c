"""What any program needs and nothing here is about: files, memory, threads, words for a waiting person."""
