-- Takes a shard over in the head of one slot of a cluster. A session that has lost sight of a write does so again, with a larger token:
-- what is under way still comes too late then.
-- KEYS: head. ARGV: shard, epoch, token, mode, names of all shards ('' to leave them), a new life. Modes: 'new'; 'known' leaves a head alone that does not know
-- the shard; 'same' wants this very epoch and lets readers' fills go on.
-- Returns OK, '1' if the shard was known in the head; FENCED, epoch; LOST; or LATE.
local head, shard, mode = KEYS[1], ARGV[1], ARGV[4]
local found = redis.call('HMGET', head, 'epoch:' .. shard, 'sequence:' .. shard)
if found[1] and tonumber(found[1]) > tonumber(ARGV[2]) then
  return {'FENCED', found[1]}
end
if mode == 'same' and found[1] ~= ARGV[2] then
  return {'LOST', ''}
end
if mode == 'known' and not found[1] then
  return {'OK', ''}
end
if found[1] == ARGV[2] and tonumber(found[2]) > tonumber(ARGV[3]) then
  return {'LATE'}
end
redis.call('HSET', head, 'epoch:' .. shard, ARGV[2], 'sequence:' .. shard, ARGV[3])
if ARGV[5] ~= '' then
  redis.call('HSET', head, 'shards', ARGV[5])
end
if mode ~= 'same' then
  -- Nobody may fill until the session admits it, nor with what was loaded before: data may have been lost meanwhile.
  redis.call('HSET', head, 'life', ARGV[6])
  redis.call('HDEL', head, 'fills:' .. shard)
end
return {'OK', found[1] and '1' or ''}
