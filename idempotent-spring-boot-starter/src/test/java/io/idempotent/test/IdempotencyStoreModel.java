package io.idempotent.test;

import java.time.Duration;
import java.util.List;

import io.idempotent.store.IdempotencyStore;
import io.idempotent.test.StoreSimulation.Action;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.EdgeCasesMode;
import net.jqwik.api.ForAll;
import net.jqwik.api.GenerationMode;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.Tuple;

/**
 * Any sequence of steps gets from a store the answers of the model. A subclass says how
 * to create an empty store and how to let its clock go on; nothing else moves the clock.
 */
public abstract class IdempotencyStoreModel {

	/**
	 * Creates the store.
	 * @return an empty store
	 * @throws Exception if it cannot
	 */
	protected abstract IdempotencyStore createStore() throws Exception;

	/**
	 * Lets the clock of the store go on.
	 * @param duration how far
	 */
	protected abstract void advance(Duration duration);

	@Property(tries = 1000, edgeCases = EdgeCasesMode.NONE, generation = GenerationMode.RANDOMIZED)
	void anySequenceOfStepsIsAnsweredAsByTheModel(@ForAll("sequences") List<Action> sequence) throws Exception {
		StoreSimulation simulation = new StoreSimulation(createStore(), this::advance);
		sequence.forEach(simulation::take);
	}

	@Provide
	Arbitrary<List<Action>> sequences() {
		Arbitrary<Action.Kind> kinds = Arbitraries.frequency(Tuple.of(5, Action.Kind.CLAIM),
				Tuple.of(2, Action.Kind.CLAIM_AGAIN), Tuple.of(4, Action.Kind.TAKE_OVER),
				Tuple.of(3, Action.Kind.COMPLETE), Tuple.of(2, Action.Kind.RELEASE), Tuple.of(2, Action.Kind.ABANDON),
				Tuple.of(2, Action.Kind.RENEW), Tuple.of(2, Action.Kind.RESERVE), Tuple.of(1, Action.Kind.SETTLE),
				Tuple.of(1, Action.Kind.REOPEN), Tuple.of(1, Action.Kind.FORGET), Tuple.of(2, Action.Kind.PURGE),
				Tuple.of(4, Action.Kind.ADVANCE));
		Arbitrary<Integer> owners = Arbitraries.frequency(Tuple.of(4, 0), Tuple.of(2, 1), Tuple.of(1, 2));
		return Combinators
			.combine(kinds, Arbitraries.integers().between(0, 2), owners, Arbitraries.integers().between(0, 3))
			.as(Action::new)
			.list()
			.ofSize(50);
	}

}
