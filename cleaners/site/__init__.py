"""What the other pages of a site teach, and what a person rules about it."""
