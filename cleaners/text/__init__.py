"""What can be said of text alone: its repair, its language, where its prose begins, who is credited."""
