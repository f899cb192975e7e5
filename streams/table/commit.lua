-- Apply a batch whole, or not at all.
--
-- KEYS: meta, due, outbox, then one key for each lead.
-- ARGV: epoch, owner token, expected commit token, new commit token, trim through, and the counts m, l, d, o; then
--   m fields and values of meta, l bytes of leads (in the order of their keys), d scores and lead ids of wake-ups,
--   o sequences and bytes of outputs.
-- Returns: done | already | fenced | moved, and the earliest wake-up or ''.
--
-- Everything that can fail by a key's type is read before anything is written, so a key of a wrong type stops the script
-- before it has changed anything. (MSET writes over any type.)

-- unpack() has room for fewer than 8,000 values.
local CHUNK = 4000

local meta, due, outbox = KEYS[1], KEYS[2], KEYS[3]
local epoch, owner, expected, new = ARGV[1], ARGV[2], ARGV[3], ARGV[4]
local trim_through = tonumber(ARGV[5])
local meta_count, lead_count, due_count, output_count =
  tonumber(ARGV[6]), tonumber(ARGV[7]), tonumber(ARGV[8]), tonumber(ARGV[9])

local function answer(word)
  return { word, redis.call('ZRANGE', due, 0, 0, 'WITHSCORES')[2] or '' }
end

local function call_in_chunks(command, key, first, count)
  local last = first + count - 1
  for start = first, last, CHUNK do
    redis.call(command, key, unpack(ARGV, start, math.min(start + CHUNK - 1, last)))
  end
end

-- MSET with many leads costs half of what a SET for each does.
local function set_leads(first)
  for start = 1, lead_count, CHUNK / 2 do
    local pairs_of, size = {}, 0
    for index = start, math.min(start + CHUNK / 2 - 1, lead_count) do
      pairs_of[size + 1] = KEYS[3 + index]
      pairs_of[size + 2] = ARGV[first + index - 1]
      size = size + 2
    end
    redis.call('MSET', unpack(pairs_of, 1, size))
  end
end

local stored = redis.call('HMGET', meta, 'epoch', 'owner', 'commit')
redis.call('ZCARD', due)
redis.call('LLEN', outbox)

local refused = refusal(stored[1], stored[2], epoch, owner)
if refused then return answer(refused) end
local commit = stored[3] or ''
if commit == new then return answer('already') end
if commit ~= expected then return answer('moved') end

local meta_at = 10
local leads_at = meta_at + 2 * meta_count
local due_at = leads_at + lead_count
local outputs_at = due_at + 2 * due_count

set_leads(leads_at)
call_in_chunks('ZADD', due, due_at, 2 * due_count)
trim(outbox, trim_through)
call_in_chunks('RPUSH', outbox, outputs_at, 2 * output_count)
call_in_chunks('HSET', meta, meta_at, 2 * meta_count)
redis.call('HSET', meta, 'commit', new)
return answer('done')
