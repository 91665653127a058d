"""Laws: what holds for every rule and event, searched for counter-examples."""
