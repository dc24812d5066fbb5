-- Writes, and moves the offset of a shard, if the epoch is the newest and the offset is where it is expected.
-- KEYS: head, then the keys of each write. ARGV: shard, epoch, expected sequence, next sequence (both '' to leave the offset alone),
-- number of fields, names and values of the fields, then each write: operation and arguments.
-- Returns OK; AGAIN if this very write was done already; FENCED, epoch; LOST, sequence found.
-- A write that fails leaves those before it, so that what can fail is looked at first, and the offset comes last: a batch that is
-- tried again ends up the same.
local head, shard = KEYS[1], ARGV[1]
local found = redis.call('HMGET', head, 'epoch:' .. shard, 'sequence:' .. shard)
if not found[1] then
  return {'LOST', ''}
end
if tonumber(found[1]) > tonumber(ARGV[2]) then
  return {'FENCED', found[1]}
end
if found[1] ~= ARGV[2] then
  return {'LOST', found[2] or ''}
end
if ARGV[3] ~= '' and found[2] ~= ARGV[3] then
  if found[2] == ARGV[4] then
    return {'AGAIN'}
  end
  return {'LOST', found[2] or ''}
end

local fields = tonumber(ARGV[5])
local first = 6 + 2 * fields
local types = {H = 'hash', A = 'set', R = 'set', Z = 'zset', Y = 'zset', C = 'string', U = 'string'}
local keys = {S = 3, H = 3, D = 3, A = 1, R = 1, Z = 1, Y = 1, C = 2, U = 2, I = 1, X = 1, P = 0, T = 1, F = 0}
local arguments = {F = 2, S = 3, D = 0, A = 1, R = 1, Z = 2, Y = 1, C = 2, U = 1, I = 2, X = 1, P = 2}

local function count(at)
  local op = ARGV[at]
  if op == 'H' then
    return 4 + 2 * tonumber(ARGV[at + 4])
  elseif op == 'T' then
    return 2 + 2 * tonumber(ARGV[at + 2])
  end
  return arguments[op]
end

-- What would fail in the middle.
local k, a = 2, first
while a <= #ARGV do
  local op = ARGV[a]
  local wanted = types[op]
  if wanted and not (op == 'H' and ARGV[a + 3] == '1') then
    local is = redis.call('TYPE', KEYS[k]).ok
    if is ~= wanted and is ~= 'none' then
      return redis.error_reply('WRONGTYPE key \'' .. KEYS[k] .. '\' holds a ' .. is .. ', not a ' .. wanted)
    end
  end
  k = k + keys[op]
  a = a + 1 + count(a)
end

local function uncount(counter, counted, row)
  local old = redis.call('HGET', counted, row)
  if old then
    redis.call('DECRBY', counter, old)
    redis.call('HDEL', counted, row)
  end
end

k, a = 2, first
while a <= #ARGV do
  local op = ARGV[a]
  local key = KEYS[k]
  if op == 'S' then
    if ARGV[a + 1] == '0' then
      redis.call('SET', key, ARGV[a + 3])
    else
      redis.call('SET', key, ARGV[a + 3], 'PX', ARGV[a + 1])
    end
    redis.call('HSET', KEYS[k + 2], key, ARGV[a + 2])
    redis.call('DEL', KEYS[k + 1])
  elseif op == 'H' then
    if ARGV[a + 3] == '1' then
      redis.call('DEL', key)
    end
    for f = a + 5, a + 4 + 2 * tonumber(ARGV[a + 4]), 2 do
      redis.call('HSET', key, ARGV[f], ARGV[f + 1])
    end
    if ARGV[a + 1] ~= '0' then
      redis.call('PEXPIRE', key, ARGV[a + 1])
    end
    redis.call('HSET', KEYS[k + 2], key, ARGV[a + 2])
    redis.call('DEL', KEYS[k + 1])
  elseif op == 'D' then
    redis.call('UNLINK', key)
    redis.call('HDEL', KEYS[k + 2], key)
    -- PostgreSQL hands a transaction to us before others see it as committed: for a moment a reader may load the row still.
    redis.call('SET', KEYS[k + 1], '', 'PX', 1000)
  elseif op == 'A' then
    redis.call('SADD', key, ARGV[a + 1])
  elseif op == 'R' then
    redis.call('SREM', key, ARGV[a + 1])
  elseif op == 'Z' then
    redis.call('ZADD', key, ARGV[a + 2], ARGV[a + 1])
  elseif op == 'Y' then
    redis.call('ZREM', key, ARGV[a + 1])
  elseif op == 'C' then
    uncount(key, KEYS[k + 1], ARGV[a + 1])
    redis.call('INCRBY', key, ARGV[a + 2])
    redis.call('HSET', KEYS[k + 1], ARGV[a + 1], ARGV[a + 2])
  elseif op == 'U' then
    uncount(key, KEYS[k + 1], ARGV[a + 1])
    if redis.call('EXISTS', KEYS[k + 1]) == 0 then
      redis.call('DEL', key)
    end
  elseif op == 'I' then
    redis.call('HSET', key, ARGV[a + 1], ARGV[a + 2])
  elseif op == 'X' then
    redis.call('HDEL', key, ARGV[a + 1])
  elseif op == 'F' then
    -- Which projections readers may fill, as far as this shard is concerned; nothing that was loaded before.
    redis.call('HSET', head, 'life', ARGV[a + 1])
    for projection in string.gmatch(redis.call('HGET', head, 'fills:' .. shard) or '', '[^\31]+') do
      redis.call('HINCRBY', head, 'filled:' .. projection, -1)
    end
    for projection in string.gmatch(ARGV[a + 2], '[^\31]+') do
      redis.call('HINCRBY', head, 'filled:' .. projection, 1)
    end
    redis.call('HSET', head, 'fills:' .. shard, ARGV[a + 2])
  elseif op == 'P' then
    redis.call('PUBLISH', ARGV[a + 1], ARGV[a + 2])
  elseif op == 'T' then
    local xadd = {'XADD', key}
    if ARGV[a + 1] ~= '0' then
      xadd[3], xadd[4], xadd[5] = 'MAXLEN', '~', ARGV[a + 1]
    end
    xadd[#xadd + 1] = '*'
    for f = a + 3, a + 2 + 2 * tonumber(ARGV[a + 2]) do
      xadd[#xadd + 1] = ARGV[f]
    end
    redis.call(unpack(xadd))
  end
  k = k + keys[op]
  a = a + 1 + count(a)
end

for f = 6, first - 1, 2 do
  redis.call('HSET', head, ARGV[f] .. ':' .. shard, ARGV[f + 1])
end
if ARGV[3] ~= '' then
  redis.call('HSET', head, 'sequence:' .. shard, ARGV[4])
end
return {'OK'}
