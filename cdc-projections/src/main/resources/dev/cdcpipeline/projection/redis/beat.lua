-- Notes on a master of a cluster that a batch is there. A replica that takes over with an older note has lost what came after it.
-- KEYS: head of a slot. ARGV: shard, epoch, token, beat that must be there at least ('' for any), next beat.
-- Returns OK; FENCED, epoch; or LOST.
local head, shard = KEYS[1], ARGV[1]
local found = redis.call('HMGET', head, 'epoch:' .. shard, 'sequence:' .. shard, 'beat:' .. shard)
if not found[1] then
  return {'LOST', ''}
end
if tonumber(found[1]) > tonumber(ARGV[2]) then
  return {'FENCED', found[1]}
end
if found[1] ~= ARGV[2] or found[2] ~= ARGV[3] then
  return {'LOST', found[2] or ''}
end
if ARGV[4] ~= '' and tonumber(found[3] or '-1') < tonumber(ARGV[4]) then
  return {'LOST', found[3] or '0'}
end
redis.call('HSET', head, 'beat:' .. shard, ARGV[5])
return {'OK'}
