"""What the sample is made of: the story, the books and the recorded answers."""
