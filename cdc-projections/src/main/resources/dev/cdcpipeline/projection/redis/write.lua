-- Writes, and moves the offset of a shard, if the epoch is the newest and the offset is where it is expected.
-- KEYS: head, then for each stretch of writes its own key, if such writes have one, and the keys of each write. ARGV: shard, epoch,
-- expected sequence, next sequence (both '' to leave the offset alone), number of fields, names and values of the fields, then for
-- each stretch: operation, how many writes, the text and the beginning of leases that they have in common, the arguments of each.
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

-- For each operation: how many keys a stretch has of its own, how many keys and arguments a write has, and the type that the key
-- of a write must have.
local shapes = {
  S = {1, 1, 1}, V = {1, 1, 2}, D = {1, 1, 0}, H = {1, 1, 3, 'hash'}, A = {0, 1, 1, 'set'}, R = {0, 1, 1, 'set'},
  Z = {0, 1, 2, 'zset'}, Y = {0, 1, 1, 'zset'}, C = {0, 2, 2, 'string'}, U = {0, 2, 1, 'string'}, I = {1, 0, 2}, X = {1, 0, 1},
  P = {0, 0, 2}, T = {0, 1, 2, 'stream'}, F = {0, 0, 2}, E = {1, 0, 1}
}
-- The last argument but for these says how many more there are, by two.
local more = {H = true, T = true}

-- What would fail in the middle.
local first = 6 + 2 * tonumber(ARGV[5])
local k, a = 2, first
while a <= #ARGV do
  local op, count = ARGV[a], tonumber(ARGV[a + 1])
  local own, keys, arguments, wanted = unpack(shapes[op])
  k = k + own
  a = a + 4
  if wanted then
    for _ = 1, count do
      if not (op == 'H' and ARGV[a + 1] == '1') then
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

-- Whether readers may hold leases.
local leasing = found[3] and tonumber(found[3]) >= tonumber(redis.call('TIME')[1])

-- Used again and again, since tables cost more than what is put in them.
local list = {}

-- Notes entries that are about to be there, and has nobody fill them.
local function note(index, from, count, text, leases)
  for i = 0, count - 1 do
    list[2 * i + 1] = KEYS[from + i]
    list[2 * i + 2] = text
  end
  redis.call('HSET', index, unpack(list, 1, 2 * count))
  if leasing then
    for i = 1, count do
      list[i] = leases .. KEYS[from + i - 1]
    end
    redis.call('DEL', unpack(list, 1, count))
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

-- Writes of some operations at once, by the first key, the first argument, and how many there are. What follows their arguments, if
-- that is not told by the number of them.
local many = {}

function many.S(from, at, count, index, text, leases)
  note(index, from, count, text, leases)
  for i = 0, count - 1 do
    list[2 * i + 1] = KEYS[from + i]
    list[2 * i + 2] = ARGV[at + i]
  end
  redis.call('MSET', unpack(list, 1, 2 * count))
end

function many.V(from, at, count, index, text, leases)
  note(index, from, count, text, leases)
  for i = 0, count - 1 do
    redis.call('SET', KEYS[from + i], ARGV[at + 2 * i], 'PX', ARGV[at + 2 * i + 1])
  end
end

function many.H(from, at, count, index, text, leases)
  note(index, from, count, text, leases)
  for i = from, from + count - 1 do
    local fields = 2 * tonumber(ARGV[at + 2])
    if ARGV[at + 1] == '1' then
      redis.call('DEL', KEYS[i])
    end
    if fields > 0 then
      redis.call('HSET', KEYS[i], unpack(ARGV, at + 3, at + 2 + fields))
    end
    if ARGV[at] ~= '0' then
      redis.call('PEXPIRE', KEYS[i], ARGV[at])
    end
    at = at + 3 + fields
  end
  return at
end

function many.D(from, _, count, index, text, leases)
  local owners = text ~= '' and redis.call('HMGET', index, unpack(KEYS, from, from + count - 1))
  local gone = {}
  for i = 0, count - 1 do
    -- What the index was looked through for may be another shard's by now: nobody knew whose it was while a reader had filled it.
    local owner = owners and string.match(owners[i + 1] or '', '^[^\31]*') or ''
    if owner == '' or owner == text then
      gone[#gone + 1] = KEYS[from + i]
    end
  end
  if #gone == 0 then
    return
  end
  for _, entry in ipairs(gone) do
    -- PostgreSQL hands a transaction to us before others see it as committed: for a moment a reader may load the row still.
    redis.call('SET', leases .. entry, '', 'PX', 1000)
  end
  redis.call('UNLINK', unpack(gone))
  redis.call('HDEL', index, unpack(gone))
end

function many.I(_, at, count, index)
  redis.call('HSET', index, unpack(ARGV, at, at + 2 * count - 1))
end

function many.X(_, at, count, index)
  redis.call('HDEL', index, unpack(ARGV, at, at + count - 1))
end

-- One write of the others, by its first key and argument.
local one = {}

function one.A(from, at)
  redis.call('SADD', KEYS[from], ARGV[at])
end

function one.R(from, at)
  redis.call('SREM', KEYS[from], ARGV[at])
end

function one.Z(from, at)
  redis.call('ZADD', KEYS[from], ARGV[at + 1], ARGV[at])
end

function one.Y(from, at)
  redis.call('ZREM', KEYS[from], ARGV[at])
end

function one.C(from, at)
  recount(KEYS[from], KEYS[from + 1], ARGV[at], ARGV[at + 1])
end

function one.U(from, at)
  uncount(KEYS[from], KEYS[from + 1], ARGV[at])
  if redis.call('EXISTS', KEYS[from + 1]) == 0 then
    redis.call('DEL', KEYS[from])
  end
end

function one.E(_, at, index)
  prune(index, tonumber(ARGV[at]))
end

function one.F(_, at)
  -- Which projections readers may fill, as far as this shard is concerned; nothing that was loaded before.
  redis.call('HSET', head, 'life', ARGV[at])
  redis.call('HSET', head, 'fills:' .. shard, ARGV[at + 1])
end

function one.P(_, at)
  redis.call('PUBLISH', ARGV[at], ARGV[at + 1])
end

function one.T(from, at)
  local xadd = {'XADD', KEYS[from]}
  if ARGV[at] ~= '0' then
    xadd[3], xadd[4], xadd[5] = 'MAXLEN', '~', ARGV[at]
  end
  xadd[#xadd + 1] = '*'
  local behind = at + 2 + 2 * tonumber(ARGV[at + 1])
  for f = at + 2, behind - 1 do
    xadd[#xadd + 1] = ARGV[f]
  end
  redis.call(unpack(xadd))
  return behind
end

-- Lua hands on some thousand values at most.
local MOST = 1000

k, a = 2, first
while a <= #ARGV do
  local op, count, text, leases = ARGV[a], tonumber(ARGV[a + 1]), ARGV[a + 2], ARGV[a + 3]
  local own, keys, arguments = unpack(shapes[op])
  local index = own == 1 and KEYS[k]
  k = k + own
  a = a + 4
  while count > 0 do
    local now = many[op] and math.min(count, MOST) or 1
    local behind
    if many[op] then
      behind = many[op](k, a, now, index, text, leases)
    else
      behind = one[op](k, a, index)
    end
    k = k + keys * now
    a = behind or a + arguments * now
    count = count - now
  end
end

for f = 6, first - 1, 2 do
  redis.call('HSET', head, ARGV[f] .. ':' .. shard, ARGV[f + 1])
end
if ARGV[3] ~= '' then
  redis.call('HSET', head, 'sequence:' .. shard, ARGV[4])
end
return {'OK'}
