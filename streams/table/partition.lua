-- What the commit and the acknowledgement share: who owns the partition, and how its outbox is trimmed.

-- Compare an owner's claim with the stored one: nil if it stands, else the answer to give.
-- A stored epoch below the claim's means that the table went back behind the claim (wiped, or restored from an old copy).
-- Nobody newer owns it then, so the claimant may claim again.
local function refusal(stored_epoch, stored_owner, epoch, owner)
  local behind = tonumber(stored_epoch or 0) - tonumber(epoch)
  if behind < 0 then return 'moved' end
  if behind > 0 or stored_owner ~= owner then return 'fenced' end
  return nil
end

-- Drop the outbox's entries up to and with a sequence. The outbox is a list of sequence, bytes, sequence, bytes, ...
-- by rising sequence (sequences may have holes), so the cut is found by bisection.
local function trim(outbox, through)
  local low, high = 0, redis.call('LLEN', outbox) / 2
  while low < high do
    local middle = math.floor((low + high) / 2)
    if tonumber(redis.call('LINDEX', outbox, 2 * middle)) <= through then low = middle + 1 else high = middle end
  end
  if low > 0 then redis.call('LTRIM', outbox, 2 * low, -1) end
end
