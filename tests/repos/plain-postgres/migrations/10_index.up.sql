create index idx_books_author_id on books (author_id);
