create table books (id uuid primary key, price double precision not null, author_id uuid references authors (id));
