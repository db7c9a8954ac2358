"""Settings → Templates and signatures: the list, the editor with its preview, files in and out."""
