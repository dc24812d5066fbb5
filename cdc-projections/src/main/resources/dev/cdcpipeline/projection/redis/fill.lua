-- Fills an entry, or only gives the lease back, if the lease is still ours and no data were lost since it was taken.
-- KEYS: head, entry, lease, index. ARGV: token, life, then to fill: milliseconds to live ('0' for ever), when that ends at the latest
-- as in the index, the entry's row in the index if it has none, value.
-- Returns OK or REFUSED.
if redis.call('GET', KEYS[3]) ~= ARGV[1] then
  return {'REFUSED'}
end
redis.call('DEL', KEYS[3])
if redis.call('HGET', KEYS[1], 'life') ~= ARGV[2] or redis.call('EXISTS', KEYS[2]) == 1 then
  return {'REFUSED'}
end
if #ARGV == 2 then
  return {'OK'}
end
-- The index first: an entry that it does not show would outlive a TRUNCATE.
local row = redis.call('HGET', KEYS[4], KEYS[2])
if not row then
  redis.call('HSET', KEYS[4], KEYS[2], ARGV[5])
else
  local before, expires, after = string.match(row, '^([^\31]*\31[^\31]*\31)([^\31]*)(.*)$')
  if before and expires ~= '0' and (ARGV[4] == '0' or tonumber(expires, 36) < tonumber(ARGV[4], 36)) then
    redis.call('HSET', KEYS[4], KEYS[2], before .. ARGV[4] .. after)
  end
end
if ARGV[3] == '0' then
  redis.call('SET', KEYS[2], ARGV[6])
else
  redis.call('SET', KEYS[2], ARGV[6], 'PX', ARGV[3])
end
return {'OK'}
