-- Become a partition's owner: raise its epoch, write the owner's token, and return the partition as it stands.
--
-- KEYS: meta, due, outbox. ARGV: owner token, an epoch to be above, the epoch that the claimant saw, and how many
-- partitions the topics have ('': unknown).
-- Returns: epoch, meta as a flat list, outbox as a flat list of sequence and bytes, the earliest wake-up or ''; nothing if
-- another claim came between, so that a claim that was given up and runs late never fences a later owner. If the tables
-- were made for another number of partitions: that number alone, and their owner goes on undisturbed.
--
-- All reads come first: a key of a wrong type stops the script before it has written anything.

local meta, due, outbox = KEYS[1], KEYS[2], KEYS[3]
local stored = redis.call('HMGET', meta, 'epoch', 'owner', 'partitions')
local first = redis.call('ZRANGE', due, 0, 0, 'WITHSCORES')
local entries = redis.call('LRANGE', outbox, 0, -1)

if ARGV[4] ~= '' and stored[3] and stored[3] ~= ARGV[4] then return { stored[3] } end
local epoch = string.format('%d', tonumber(stored[1] or 0))
-- A token is drawn for one claim only: where it stands, this claim was applied, and its answer was lost.
if stored[2] ~= ARGV[1] then
  if epoch ~= ARGV[3] then return {} end
  epoch = string.format('%d', math.max(tonumber(epoch), tonumber(ARGV[2])) + 1)
  redis.call('HSET', meta, 'epoch', epoch, 'owner', ARGV[1])
  if ARGV[4] ~= '' then redis.call('HSET', meta, 'partitions', ARGV[4]) end
end
return { epoch, redis.call('HGETALL', meta), entries, first[2] or '' }
