/** A body with one of each: a comment, a retry, ids, names, several data lines, an unknown field, wide characters, a rest. */
export const SAMPLE = `: hello
retry: 3000

id: 41
event: trade
data: {"symbol":"BTC-USD","price":60012.5}

data: two lines
data: of one event, 世界 🎉

id: 42
nonsense: ignored
event: no data, so no event

data: cut off here`;
