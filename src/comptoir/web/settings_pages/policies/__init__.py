"""The pages about policies: their list, one policy with its versions, the editor and its preview."""
