-- wrk's side of bench/load.py: sends prepared requests, each one once, and tells what came of them.
-- Arguments: the file of requests (each one its length in bytes, a newline, the request), and the file for the ids that
-- were acknowledged, or - for none.

local threads = {}

function setup(thread)
  table.insert(threads, thread)
end

function init(args)
  requests = assert(io.open(args[1], "rb"))
  keep_ids = args[2] ~= "-"
  ids_file = args[2]
  sent, spent = 0, false
  statuses, acknowledged = {}, {}
end

function request()
  local length = requests:read("*n")
  if length == nil then
    spent = true
    wrk.thread:stop()
    return last
  end
  requests:read(1)
  last = requests:read(length)
  sent = sent + 1
  return last
end

function response(status, _, body)
  local name = tostring(status)
  statuses[name] = (statuses[name] or 0) + 1
  if keep_ids and status >= 200 and status < 300 then
    table.insert(acknowledged, (body:match("ctr_%w+")))
  end
end

function done(summary, latency)
  local thread = threads[1]
  local counts = {}
  for status, count in pairs(thread:get("statuses")) do
    table.insert(counts, string.format('"%s":%d', status, count))
  end
  if thread:get("keep_ids") then
    local file = assert(io.open(thread:get("ids_file"), "w"))
    file:write(table.concat(thread:get("acknowledged"), "\n"))
    file:close()
  end
  local errors = summary.errors
  print(string.format(
    '{"requests":%d,"sent":%d,"spent":%s,"seconds":%.6f,"p50":%.3f,"p95":%.3f,"p99":%.3f,"broken":%d,"statuses":{%s}}',
    summary.requests, thread:get("sent"), tostring(thread:get("spent")), summary.duration / 1e6,
    latency:percentile(50) / 1e3, latency:percentile(95) / 1e3, latency:percentile(99) / 1e3,
    errors.connect + errors.read + errors.write + errors.timeout, table.concat(counts, ",")))
end
