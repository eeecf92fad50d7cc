/** The table of the relay's SQLite log, as its README documents it. */
export const SCHEMA = `
create table messages (pos integer primary key, source text not null, n integer not null, event text not null, id text not null,
  after integer not null, at integer not null, hash text not null, kind text, facts text, tag text, data blob not null);
create index messages_source_pos on messages (source, pos);
`;
