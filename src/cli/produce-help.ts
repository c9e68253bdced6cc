/** What `orders produce --help` says of a load. Lines of 78: oclif indents by two, and keeps the breaks. */
export const produceHelp = `\
Each order leaves when it is due, whether or not others have been answered,
and its latency counts from when it was due: a slow system can neither make
the load gentler nor hide its own waiting.

The rate may change: --stages 30s@1000,1m@1000..5000,2s@10000 holds 1000/s for
30 s, rises to 5000/s within a minute, and ends with a spike of 2 s; --ramp 10s
lets --rate be reached in 10 s. --arrivals poisson draws the distances, from
--seed, with as many orders in all. --orders N without a rate sends N at once.

--rate max finds the highest rate that holds: from --from on it doubles, for
--step each, then halves the interval to within 5 %, and holds the best for
--hold. A rate holds when its load was delivered as below, its response p99 is
within --slo, no --fail-if is crossed, and the consumer's backlog is gone a
tenth of the load's time (1 s at least) after its end; the next one begins
when it is gone. A rate that fails is believed to at its second try. The one
that is held counts only if each of its acknowledged orders has its row. Exit 0
with that rate, 5 when not even the first held or none did for --hold, or the
generator was the limit; 3 when the orders did not reconcile, or nobody could
look, or a backlog did not drain within --drain-timeout. Ctrl-C gives what was
found so far.

Every order ends as one of
  acked    accepted: 202, by the shop 201, or acknowledged by Kafka
  failed   certainly not accepted: refused, or no connection
  unknown  sent, but nobody can say: 504, connection cut, timeout
  dropped  due, but never tried: too many were in flight, or it was late by
           more than --timeout
and offered = acked + failed + unknown + dropped.

Customers, products, quantities and prices are drawn evenly, or as :DIST says:
  :zipf=1.1     number r (of customers, in the list, from the least quantity or
                price) as often as 1/r^1.1
  :hot=1%/50%   half of the draws go to the first hundredth of the values
The same --seed draws the same.

--replay FILE sends what a history says was due: its customers, lines and
planned changes, at the distances of its own, or --speed times as fast; its
warm-up is one again. They are new orders. Under --run-id and --seed of the
recorded run its keys are sent again, too: a retry, which makes no order twice.
What was due then counts, not what was answered. A file that is read more
slowly than its orders fall due makes them late, and they are measured so.

A system that this project did not start is loaded by --url, or by --target
kafka --brokers … --topic …, in its own form. In --url, --header, --body and
--key these stand for what an order has:
  {{order_id}} {{fingerprint}} {{key}}
      unique to each order: by one of them an order whose answer never came
      can be found; fingerprint and key are the same, "key" in the history
  {{customer_id}} {{amount}} {{sequence}} {{timestamp}} {{timestamp_ms}}
  {{product_id}} {{quantity}} {{price}}   of an order of one line
  {{items}}                all lines, [{product_id, quantity, price}]
  {{#items}}…{{/items}}    the text between once per line, commas in between
  {{customer_id|number}}   the number in a name: 42 of CUST00042
In JSON a placeholder without quotes is written by its type, text with quotes
and numbers without; within quotes it is part of that text. A system that
gives orders ids of its own is followed under those, if --id-field says where
they are; without --id-field the status alone means accepted.

The exit code is 0 when the load was delivered: nothing dropped, sent at 99 %
of --rate or more, and 99 % of the orders or more acked. It is 5 when it was
not, 4 when nothing could be reached, 7 when --history or the run's file
could not be written, and 130 or 143 after a signal, with the report of what
ran until then. A rate that was missed because the generator itself had no
CPU, waited for a core that others had, stood still or found no sockets is
invalid (5): nothing is known of the target then.

--instances N spreads the schedule over N processes, by one clock: each order
is as a single process would send it, and one of them does. --max-in-flight
and --connections hold for all together; --history orders.ndjson is
orders-1.ndjson … orders-N.ndjson, one for each. If one dies, the others go on,
and the run is invalid (5): orders that it had not sent are dropped, those of
which it told no outcome unknown.

--fail-if METRIC>BOUND makes the exit code 6 when the run crosses it, and 3 when
it was not measured, e.g. 'response_p99>100ms', 'error_rate>0.1%',
'acked_rate<4900/s', 'lag_max>100000 for 5m' (every second of such a time).
Latencies are schedule_lag (due until sent), service (sent until answered),
response (due until answered) and end_to_end (due until the row's transaction
committed), each with _p50 _p90 _p99 _p999 _max. An unknown metric names them
all. 'reference' stands for five: lag_max>100000 for 5m, database_p99>200ms,
lock_wait_mean>50ms, network_share_max>70% (of --link-gbps), error_rate>0.1%.
What they need is sampled while the load runs, and nothing else.

What happened in each second is written down, with settings, machine and
revision, under $XDG_STATE_HOME/orders/runs: \`orders report\` tells it again.`;
