"""The directory of venues: the rooms and places that venues publish, for everybody who is signed in."""
