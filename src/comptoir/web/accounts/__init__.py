"""How people get in and who they are: links, log-in, second factor, people, teams, profile, trail. Who may what is the merchant's to say."""
