data = b"größe"
