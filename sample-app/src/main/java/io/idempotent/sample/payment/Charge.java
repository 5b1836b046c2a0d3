package io.idempotent.sample.payment;

import java.time.Instant;

/**
 * The proof that the card network has charged a card. A card that was charged twice has
 * two, which differ in the id.
 */
record Charge(long id, String customer, String order, long amount, Instant chargedAt) {

}
