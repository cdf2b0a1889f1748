"""The operator's side: what keeps the house standing while others are at their weddings."""
