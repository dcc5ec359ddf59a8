"""What a person looks at: pictures, a report that opens from disk, files for other programs."""
