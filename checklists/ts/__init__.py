"""TypeScript and JavaScript in, a frozen SourceIndex out."""
