-- Become a partition's owner: raise its epoch, write the owner's token, and return the partition as it stands.
--
-- KEYS: meta, due, outbox. ARGV: owner token, an epoch to be above.
-- Returns: epoch, meta as a flat list, outbox as a flat list of sequence and bytes, the earliest wake-up or ''.
--
-- All reads come first: a key of a wrong type stops the script before it has written anything.

local meta, due, outbox = KEYS[1], KEYS[2], KEYS[3]
local stored = redis.call('HGET', meta, 'epoch')
local first = redis.call('ZRANGE', due, 0, 0, 'WITHSCORES')
local entries = redis.call('LRANGE', outbox, 0, -1)

local epoch = string.format('%d', math.max(tonumber(stored or 0), tonumber(ARGV[2])) + 1)
redis.call('HSET', meta, 'epoch', epoch, 'owner', ARGV[1])
return { epoch, redis.call('HGETALL', meta), entries, first[2] or '' }
