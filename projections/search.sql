CREATE TABLE search (
    show_id uuid     PRIMARY KEY,
    place   text     NOT NULL,
    words   tsvector NOT NULL,
    -- What the order of what is found looks at, for each of it: short.
    title   tsvector NOT NULL GENERATED ALWAYS AS (ts_filter(words, '{a,b}')) STORED
);

-- What is put aside for later is read by every search, so it is kept short.
CREATE INDEX search_by_words ON search USING gin (words) WITH (gin_pending_list_limit = 256);

-- In the order of bytes, in which all words with one beginning stand together.
CREATE TABLE search_words (
    word text COLLATE "C" PRIMARY KEY
);

CREATE INDEX search_words_by_trigrams ON search_words USING gin (word extensions.gin_trgm_ops);
