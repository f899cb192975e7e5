-- Trim the outbox of what Kafka acknowledged, without a commit.
--
-- KEYS: meta, outbox. ARGV: epoch, owner token, trim through. Returns: done | fenced | moved.

local stored = redis.call('HMGET', KEYS[1], 'epoch', 'owner')
redis.call('LLEN', KEYS[2])
local refused = refusal(stored[1], stored[2], ARGV[1], ARGV[2])
if refused then return refused end
trim(KEYS[2], tonumber(ARGV[3]))
return 'done'
