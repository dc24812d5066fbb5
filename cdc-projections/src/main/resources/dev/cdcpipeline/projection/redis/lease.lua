-- Looks an entry up, and where there is none takes the lease to fill it.
-- KEYS: head, entry, lease. ARGV: projection, token, milliseconds, '1' to take the lease from somebody else.
-- Returns HIT, value; LEASED, life, seconds since 1970; HELD by somebody else; or NO where nobody may fill now.
local value = redis.call('GET', KEYS[2])
if value then
  return {'HIT', value}
end
local head = redis.call('HMGET', KEYS[1], 'life', 'shards', 'leasing')
if not (head[1] and head[2]) then
  return {'NO'}
end
for shard in string.gmatch(head[2], '[^\31]+') do
  local fills = '\31' .. (redis.call('HGET', KEYS[1], 'fills:' .. shard) or '') .. '\31'
  if not string.find(fills, '\31' .. ARGV[1] .. '\31', 1, true) then
    return {'NO'}
  end
end
local held = redis.call('GET', KEYS[3])
if held == '' then
  return {'NO'}
end
if held and ARGV[4] ~= '1' then
  return {'HELD'}
end
redis.call('SET', KEYS[3], ARGV[2], 'PX', ARGV[3])
-- Until then writes look for leases. In the head, because it is never evicted.
local now = redis.call('TIME')
local ends = tonumber(now[1]) + math.ceil(tonumber(ARGV[3]) / 1000) + 2
if tonumber(head[3] or 0) < ends then
  redis.call('HSET', KEYS[1], 'leasing', string.format('%.0f', ends))
end
return {'LEASED', head[1], now[1]}
