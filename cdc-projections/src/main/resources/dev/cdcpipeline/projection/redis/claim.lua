-- Takes a shard over in a head.
-- KEYS: head. ARGV: shard, epoch, '1' if the head may be new, names of all shards ('' to leave them), a new life, names of fields that are wanted.
-- Returns OK, sequence before, sequence now, fields ('' for none); or FENCED, epoch; or LOST.
local head, shard, epoch = KEYS[1], ARGV[1], ARGV[2]
local found = redis.call('HGET', head, 'epoch:' .. shard)
if found and tonumber(found) > tonumber(epoch) then
  return {'FENCED', found}
end
if ARGV[3] ~= '1' and found ~= epoch then
  return {'LOST'}
end
redis.call('HSET', head, 'epoch:' .. shard, epoch)
if ARGV[4] ~= '' then
  redis.call('HSET', head, 'shards', ARGV[4])
end
if ARGV[3] == '1' then
  -- Nobody may fill until the session admits it, nor with what was loaded before: data may have been lost meanwhile.
  redis.call('HSET', head, 'life', ARGV[5])
  redis.call('HDEL', head, 'fills:' .. shard)
end
local before = redis.call('HGET', head, 'sequence:' .. shard) or '0'
-- Far ahead of whatever is under way: of writes that follow one another, where each expects what the one before leaves. And if this
-- claim comes late itself, no write finds the sequence that it would have left, and takes itself for done.
local now = redis.call('HINCRBY', head, 'sequence:' .. shard, 1000000)
local reply = {'OK', before, string.format('%.0f', now)}
for i = 6, #ARGV do
  reply[#reply + 1] = redis.call('HGET', head, ARGV[i] .. ':' .. shard) or ''
end
return reply
