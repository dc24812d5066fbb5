-- Writes, and moves the offset of a shard, if the epoch is the newest and the offset is where it is expected.
-- KEYS: head, then the keys of each write. ARGV: shard, epoch, expected sequence, next sequence (both '' to leave the offset alone),
-- number of fields, names and values of the fields, then stretches of writes of one sort: operation, how many, what they have in
-- common ('' for nothing), the arguments of each.
-- Returns OK; AGAIN if this very write was done already; FENCED, epoch; LOST, sequence found.
-- A write that fails leaves those before it, so that what can fail is looked at first, and the offset comes last: a batch that is
-- tried again ends up the same.
local head, shard = KEYS[1], ARGV[1]
local found = redis.call('HMGET', head, 'epoch:' .. shard, 'sequence:' .. shard, 'leasing')
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

-- Whether readers may hold leases. What a lease is called follows from where the entry's row in the index is.
local leasing = found[3] and tonumber(found[3]) >= tonumber(redis.call('TIME')[1])
local function endLease(entry, index)
  if leasing then
    local prefix, tag = string.match(index, '^(.-):index:({%w+}):')
    redis.call('DEL', prefix .. ':lease:' .. tag .. ':' .. entry)
  end
end

local fields = tonumber(ARGV[5])
local first = 6 + 2 * fields
-- For each operation: how many keys and arguments a write has, and the type that its first key must have.
local shapes = {
  S = {2, 1}, V = {2, 2}, D = {3, 0}, H = {2, 3, 'hash'}, A = {1, 1, 'set'}, R = {1, 1, 'set'}, Z = {1, 2, 'zset'},
  Y = {1, 1, 'zset'}, C = {2, 2, 'string'}, U = {2, 1, 'string'}, I = {1, 2}, X = {1, 1}, P = {0, 2},
  T = {1, 2, 'stream'}, F = {0, 2}, E = {1, 1}
}

-- What would fail in the middle. The last argument but for these says how many more there are: of H and T.
local k, a, more = 2, first, {H = true, T = true}
while a <= #ARGV do
  local op, count = ARGV[a], tonumber(ARGV[a + 1])
  local keys, arguments, wanted = unpack(shapes[op])
  a = a + 3
  if wanted or more[op] then
    for _ = 1, count do
      if wanted and not (op == 'H' and ARGV[a + 1] == '1') then
        local is = redis.call('TYPE', KEYS[k]).ok
        if is ~= wanted and is ~= 'none' then
          return redis.error_reply('WRONGTYPE key \'' .. KEYS[k] .. '\' holds a ' .. is .. ', not a ' .. wanted)
        end
      end
      k = k + keys
      a = a + arguments
      if more[op] then
        a = a + 2 * tonumber(ARGV[a - 1])
      end
    end
  else
    k = k + keys * count
    a = a + arguments * count
  end
end

-- A counter that somebody has deleted is made again of what each row has added.
local function restore(counter, counted)
  if redis.call('EXISTS', counter) == 0 then
    for _, each in ipairs(redis.call('HVALS', counted)) do
      redis.call('INCRBY', counter, each)
    end
  end
end

local function uncount(counter, counted, row)
  local old = redis.call('HGET', counted, row)
  if old then
    restore(counter, counted)
    redis.call('DECRBY', counter, old)
    redis.call('HDEL', counted, row)
  end
end

local function recount(counter, counted, row, amount)
  restore(counter, counted)
  local old = redis.call('HGET', counted, row)
  if old ~= amount then
    if old then
      redis.call('DECRBY', counter, old)
    end
    local sum = redis.pcall('INCRBY', counter, amount)
    if type(sum) == 'table' then
      if old then
        redis.call('INCRBY', counter, old)
      end
      error(sum)
    end
    redis.call('HSET', counted, row, amount)
  end
end

-- Forgets rows whose entries have expired: some at random, and more while many of them have.
local function prune(index, most)
  for _ = 1, 10 do
    local gone = {}
    local rows = redis.call('HRANDFIELD', index, most)
    for _, entry in ipairs(rows) do
      if redis.pcall('EXISTS', entry) == 0 then
        gone[#gone + 1] = entry
      end
    end
    if #gone > 0 then
      redis.call('HDEL', index, unpack(gone))
    end
    if #rows < most or #gone * 4 < #rows then
      return
    end
  end
end

local write = {}

function write.S(key, at, common)
  redis.call('SET', key, ARGV[at])
  redis.call('HSET', KEYS[k + 1], key, common)
  endLease(key, KEYS[k + 1])
end

function write.V(key, at, common)
  redis.call('SET', key, ARGV[at], 'PX', ARGV[at + 1])
  redis.call('HSET', KEYS[k + 1], key, common)
  endLease(key, KEYS[k + 1])
end

function write.H(key, at, common)
  if ARGV[at + 1] == '1' then
    redis.call('DEL', key)
  end
  for f = at + 3, at + 2 + 2 * tonumber(ARGV[at + 2]), 2 do
    redis.call('HSET', key, ARGV[f], ARGV[f + 1])
  end
  if ARGV[at] ~= '0' then
    redis.call('PEXPIRE', key, ARGV[at])
  end
  redis.call('HSET', KEYS[k + 1], key, common)
  endLease(key, KEYS[k + 1])
end

function write.D(key, _, common)
  -- What the index was looked through for may be another shard's by now: nobody knew whose it was while a reader had filled it.
  if common ~= '' then
    local owner = string.match(redis.call('HGET', KEYS[k + 1], key) or '', '^[^\31]*')
    if owner ~= '' and owner ~= common then
      return
    end
  end
  redis.call('UNLINK', key)
  redis.call('HDEL', KEYS[k + 1], key)
  -- PostgreSQL hands a transaction to us before others see it as committed: for a moment a reader may load the row still.
  redis.call('SET', KEYS[k + 2], '', 'PX', 1000)
end

function write.A(key, at)
  redis.call('SADD', key, ARGV[at])
end

function write.R(key, at)
  redis.call('SREM', key, ARGV[at])
end

function write.Z(key, at)
  redis.call('ZADD', key, ARGV[at + 1], ARGV[at])
end

function write.Y(key, at)
  redis.call('ZREM', key, ARGV[at])
end

function write.C(key, at)
  recount(key, KEYS[k + 1], ARGV[at], ARGV[at + 1])
end

function write.U(key, at)
  uncount(key, KEYS[k + 1], ARGV[at])
  if redis.call('EXISTS', KEYS[k + 1]) == 0 then
    redis.call('DEL', key)
  end
end

function write.I(key, at)
  redis.call('HSET', key, ARGV[at], ARGV[at + 1])
end

function write.X(key, at)
  redis.call('HDEL', key, ARGV[at])
end

function write.E(key, at)
  prune(key, tonumber(ARGV[at]))
end

function write.F(_, at)
  -- Which projections readers may fill, as far as this shard is concerned; nothing that was loaded before.
  redis.call('HSET', head, 'life', ARGV[at])
  for projection in string.gmatch(redis.call('HGET', head, 'fills:' .. shard) or '', '[^\31]+') do
    redis.call('HINCRBY', head, 'filled:' .. projection, -1)
  end
  for projection in string.gmatch(ARGV[at + 1], '[^\31]+') do
    redis.call('HINCRBY', head, 'filled:' .. projection, 1)
  end
  redis.call('HSET', head, 'fills:' .. shard, ARGV[at + 1])
end

function write.P(_, at)
  redis.call('PUBLISH', ARGV[at], ARGV[at + 1])
end

function write.T(key, at)
  local xadd = {'XADD', key}
  if ARGV[at] ~= '0' then
    xadd[3], xadd[4], xadd[5] = 'MAXLEN', '~', ARGV[at]
  end
  xadd[#xadd + 1] = '*'
  for f = at + 2, at + 1 + 2 * tonumber(ARGV[at + 1]) do
    xadd[#xadd + 1] = ARGV[f]
  end
  redis.call(unpack(xadd))
end

k, a = 2, first
while a <= #ARGV do
  local op, count, common = ARGV[a], tonumber(ARGV[a + 1]), ARGV[a + 2]
  local keys, arguments = unpack(shapes[op])
  local one = write[op]
  a = a + 3
  for _ = 1, count do
    one(KEYS[k], a, common)
    k = k + keys
    a = a + arguments
    if more[op] then
      a = a + 2 * tonumber(ARGV[a - 1])
    end
  end
end

for f = 6, first - 1, 2 do
  redis.call('HSET', head, ARGV[f] .. ':' .. shard, ARGV[f + 1])
end
if ARGV[3] ~= '' then
  redis.call('HSET', head, 'sequence:' .. shard, ARGV[4])
end
return {'OK'}
