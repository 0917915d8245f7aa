-- Stored answers of what has ended (sessions) or happens once (events, refunds, top-ups): two
-- generations of a hash per shard, turned over by rotate-answers.lua. Field: account id, then ' s '
-- and a session id, ' r ' and the request id of an event, ' f ' and that of a refund, ' t ' and
-- that of a movement of money, or ' i ' and the key of a transfer that arrives: those who charge
-- and those who credit choose ids of their own. `answers` maps a field to its bytes (false: looked
-- up, none there). Movements are kept longer.

local answers, addedAnswers, addedTopUps

-- Lookups come with the batch: ARGV[first..last], one HMGET for each generation.
local function fetchGenerations(current, previous, first, last)
  if last < first then return end
  local fresh = redis.call('HMGET', current, spread(ARGV, first, last))
  local old = redis.call('HMGET', previous, spread(ARGV, first, last))
  for i = first, last do
    answers[ARGV[i]] = fresh[i - first + 1] or old[i - first + 1]
  end
end

local function fetchAnswers()
  answers, addedAnswers, addedTopUps = {}, {}, {}
  local last = FIRST_LOOKUP + lookups - 1
  fetchGenerations(KEYS[KEY_ANSWERS], KEYS[KEY_ANSWERS_PREVIOUS], FIRST_LOOKUP, last)
  fetchGenerations(KEYS[KEY_TOP_UPS], KEYS[KEY_TOP_UPS_PREVIOUS], last + 1, last + topUpLookups)
end

local answerKinds = {
  [VERB_INITIATE] = ' s ', [VERB_UPDATE] = ' s ', [VERB_TERMINATE] = ' s ',
  [VERB_TOP_UP] = ' t ', [VERB_ADJUST] = ' t ', [VERB_TRANSFER_OUT] = ' t ',
  [VERB_TRANSFER_IN] = ' i ', [VERB_REFUND] = ' f ',
}

local function answerField()
  return accountId() .. (answerKinds[verb] or ' r ') .. id
end

-- An update or terminate of an unknown session was not looked up ahead: that is the rare case.
local function recallAnswer()
  local field = answerField()
  local stored = answers[field]
  if stored == nil then
    stored = redis.call('HGET', KEYS[KEY_ANSWERS], field) or
      redis.call('HGET', KEYS[KEY_ANSWERS_PREVIOUS], field)
  end
  return stored
end

local function keepAnswer(bytes)
  local field = answerField()
  answers[field] = bytes
  local isMovement = verb == VERB_TOP_UP or verb >= VERB_ADJUST
  local added = isMovement and addedTopUps or addedAnswers
  added[#added + 1] = field
  added[#added + 1] = bytes
end

local function storeAnswers()
  if #addedAnswers > 0 then redis.call('HSET', KEYS[KEY_ANSWERS], spread(addedAnswers)) end
  if #addedTopUps > 0 then redis.call('HSET', KEYS[KEY_TOP_UPS], spread(addedTopUps)) end
end
