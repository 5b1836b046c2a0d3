#!/usr/bin/env bash
# Shows what the sample application does with first calls, duplicates and retries.
# Usage: sample-app/try-it.sh [workflow id], by default a new one; BASE=http://127.0.0.1:8080
set -euo pipefail

BASE=${BASE:-http://127.0.0.1:8080}
ID=${1:-demo-$(date +%m%d%H%M%S)}
MINT='{"method":"mint","arguments":{"to":"alice","amount":5}}'
MORE='{"method":"mint","arguments":{"to":"alice","amount":6}}'

title() {
	printf '\n== %s\n' "$1"
}

# request METHOD PATH [BODY [USER KEY]]: prints status, the headers of interest and the body
request() {
	local method=$1 path=$2 body=${3:-} user=${4:-} key=${5:-} line
	printf '%s %s %s\n' "$method" "$path" "$body${user:+ ($user, Idempotency-Key: $key)}"
	curl -s -S -i -X "$method" ${user:+-u "$user:$user" -H "Idempotency-Key: $key"} \
		${body:+-H 'Content-Type: application/json' -d "$body"} "$BASE$path" | tr -d '\r' | {
		read -r _ line
		printf '  %s' "${line% }"
		while IFS= read -r line && [ -n "$line" ]; do
			case $line in
			Idempotent-Replayed:* | Location:* | Retry-After:*) printf '  %s' "$line" ;;
			esac
		done
		echo
		IFS= read -r body || true # it has no line end
		[ -z "$body" ] || sed 's/,"/, "/g' <<<"$body" | fold -s -w 110 | sed 's/^/  /; s/ *$//'
	}
}

submit() {
	request POST "/contracts/$1/calls" "$2"
}

chain_is() {
	request PUT /chain/behaviour "{\"mode\":\"$1\"}"
}

received() {
	echo "GET /chain/received?workflowId=$1"
	curl -s "$BASE/chain/received?workflowId=$1" | sed 's/,"calls".*/, .../; s/^/  /' && echo ' }'
}

# deploy USER VERSION
deploy() {
	request POST /deployments "{\"service\":\"$ID\",\"version\":\"$2\"}" "$1" "$ID-5"
}

deployments_of() {
	printf 'GET /deployments (%s)\n  %d of service %s\n' "$1" \
		"$(curl -s -u "$1:$1" "$BASE/deployments" | grep -o "\"service\":\"$ID\"" | wc -l)" "$ID"
}

# execute OPERATION PAYLOAD KEY
execute() {
	request POST /v1/idempotency/execute "{\"operation\":\"$1\",\"payload\":$2}" alice "$3"
}

# pay CARD KEY
pay() {
	execute payment.charge "{\"customer\":\"$ID\",\"order\":\"1\",\"amount\":100,\"card\":\"$1\"}" "$2"
}

charges() {
	printf 'GET /payments?customer=%s (alice)\n  %d of that customer\n' "$ID" \
		"$(curl -s -u alice:alice "$BASE/payments?customer=$ID" | grep -o '"chargedAt"' | wc -l)"
}

curl -s -f -o /dev/null "$BASE/chain/received" || {
	echo "Nothing answers at $BASE. Start the application: mvn -pl sample-app -am spring-boot:run" >&2
	exit 1
}

title 'First call'
submit "$ID-1" "$MINT"

title 'Duplicate: the same receipt, and the chain received one call'
submit "$ID-1" "$MINT"
received "$ID-1"

title 'Conflicting payload under the same workflow id'
submit "$ID-1" "$MORE"

title '20 parallel duplicates of a slow call: one runs, nobody waits'
chain_is slow
echo "20 x POST /contracts/$ID-2/calls $MINT"
for _ in {1..20}; do
	curl -s -o /dev/null -w '%{http_code}\n' -H 'Content-Type: application/json' -d "$MINT" \
		"$BASE/contracts/$ID-2/calls" &
done | sort | uniq -c | sed 's/^ *\([0-9]*\) /  \1 x /'
received "$ID-2"

title 'Retry after a failure: nothing had arrived, so the retry runs'
chain_is fail
submit "$ID-3" "$MINT"
submit "$ID-3" "$MINT"
received "$ID-3"

title 'Retry after a timeout: the chain had accepted the call, so it is asked instead of told twice'
chain_is timeout-after-accepting
submit "$ID-4" "$MINT"
submit "$ID-4" "$MINT"
received "$ID-4"

title 'A key of the client, in a header: alice deploys, and gets the same answer again'
deploy alice 1.0
deploy alice 1.0
deployments_of alice

title 'Another payload with that key'
deploy alice 2.0

title 'Bob with the same key: his own deployment, as nobody gets the answer of somebody else'
deploy bob 1.0

title 'An operation by name: the card is charged, and the retry gets the same charge'
pay visa "$ID-6"
pay visa "$ID-6"
charges

title 'An operation that fails for good: the retry gets the same failure'
pay declined "$ID-7"
pay declined "$ID-7"

title 'A user is created; for another request with the address that is a conflict, for a retry it is not'
execute user.create "{\"name\":\"Carol\",\"email\":\"$ID@example.org\"}" "$ID-8"
execute user.create "{\"name\":\"Carol\",\"email\":\"$ID@example.org\"}" "$ID-9"
execute user.create "{\"name\":\"Carol\",\"email\":\"$ID@example.org\"}" "$ID-8"

title 'A payload that is not valid is refused, and its key stays free'
execute email.send '{"to":"alice","subject":"Hello","text":"Hi"}' "$ID-10"
execute email.send '{"to":"alice@example.org","subject":"Hello","text":"Hi"}' "$ID-10"

title 'Retry after a restart: stop the application however you like, start it again, and run'
cat <<COMMAND
curl -i -H 'Content-Type: application/json' -d '$MINT' \\
  $BASE/contracts/$ID-1/calls
It answers with the receipt of the first call, and Idempotent-Replayed: true.
COMMAND
