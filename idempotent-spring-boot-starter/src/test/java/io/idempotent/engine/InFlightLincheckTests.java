package io.idempotent.engine;

import java.lang.reflect.Method;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.stream.Stream;

import io.idempotent.engine.claim.InFlightCall;
import io.idempotent.engine.claim.InFlightCalls;
import io.idempotent.engine.claim.InFlightWaiter;
import io.idempotent.engine.outcome.Replayable;
import io.idempotent.store.ClaimResult.Finished;
import io.idempotent.store.Fingerprint;
import io.idempotent.store.RecordKey;
import io.idempotent.store.StoredOutcome;
import org.jetbrains.kotlinx.lincheck.Actor;
import org.jetbrains.kotlinx.lincheck.execution.ExecutionScenario;
import org.jetbrains.lincheck.LincheckAssertionError;
import org.jetbrains.lincheck.datastructures.ModelCheckingOptions;
import org.jetbrains.lincheck.datastructures.Operation;
import org.jetbrains.lincheck.datastructures.Param;
import org.jetbrains.lincheck.datastructures.ThreadIdGen;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.util.ReflectionUtils;

import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.jetbrains.lincheck.datastructures.ManagedStrategyGuaranteeKt.forClasses;

/**
 * Single flight, model-checked: all interleavings of a few callers, up to a bound, behave
 * as if one of them acted after the other. The same check finds bugs that are put into
 * copies of the table.
 */
class InFlightLincheckTests {

	private static final RecordKey KEY = new RecordKey("", "test", "k");

	/** Neither a time-out nor trouble of the model checker itself. */
	private static final String FOUND = "(?s)\\s*= (Invalid execution results|The execution has hung) =.*";

	private static final int INVOCATIONS = 1000;

	/**
	 * Which interleavings are tried is chosen at random, and a bug shows in some of them.
	 */
	private static final int TRIES = 5;

	/** Each is a list of what its threads do. */
	private static final List<List<String>> CALLS = List.of(List.of("call end", "call callAgain"),
			List.of("call end", "detach call call"), List.of("call detach", "call callAgain"),
			List.of("call end", "detach call", "call callAgain"),
			List.of("call end", "call callAgain end", "call callAgain"));

	private static final List<List<String>> FOLLOWING = List.of(List.of("begin end", "follow"),
			List.of("end", "follow"), List.of("begin end", "end", "follow"), List.of("begin end", "follow", "follow"));

	private static void checkTable(Class<? extends Callers> callers, int invocations) {
		check(callers, OneAfterTheOther.class, CALLS, invocations);
	}

	private static void checkExecution(Class<? extends Followed> followed, int invocations) {
		check(followed, SeenAsItIs.class, FOLLOWING, invocations);
	}

	private static void check(Class<?> real, Class<?> promised, List<List<String>> scenarios, int invocations) {
		ModelCheckingOptions options = new ModelCheckingOptions().iterations(0)
			.invocationsPerIteration(invocations)
			.minimizeFailedScenario(false)
			.addGuarantee(forClasses(Notes.class.getName()).allMethods().ignore())
			.sequentialSpecification(promised);
		for (List<String> threads : scenarios) {
			List<List<Actor>> actors = new ArrayList<>();
			for (String operations : threads) {
				actors.add(actors(real, operations, actors.size() + 1));
			}
			options.addCustomScenario(new ExecutionScenario(List.of(), actors, List.of(), null));
		}
		options.check(real);
	}

	private static List<Actor> actors(Class<?> real, String operations, int caller) {
		return Stream.of(operations.split(" ")).map((name) -> {
			Method withCaller = ReflectionUtils.findMethod(real, name, int.class);
			return (withCaller != null) ? new Actor(withCaller, List.of(caller))
					: new Actor(ReflectionUtils.findMethod(real, name), List.of());
		}).toList();
	}

	@Test
	void oneOwnerAtATimeAndWhoeverJoinsSeesTheEndOfThatVeryExecution() {
		checkTable(OfTheTable.class, INVOCATIONS);
	}

	@ParameterizedTest
	@ValueSource(classes = { OfCheckThenPut.class, OfEndBeforeRemove.class, OfRemovesAnyEntry.class,
			OfDetachesWithoutWaking.class, OfNeverRemoves.class })
	void aBugOfATableIsFound(Class<? extends Callers> callers) {
		assertThatExceptionOfType(LincheckAssertionError.class).isThrownBy(() -> {
			for (int tries = 1; tries <= TRIES; tries++) {
				checkTable(callers, tries * INVOCATIONS);
			}
		}).withMessageMatching(FOUND);
	}

	@Test
	void whoeverFollowsKnowsThePayloadOfWhatIsInProgressAndIsWokenByItsEnd() {
		checkExecution(OfAnInFlight.class, INVOCATIONS);
	}

	@ParameterizedTest
	@ValueSource(classes = { OfStateBeforePayload.class, OfStateBeforeEnd.class, OfWakesNobodyAfterBegin.class })
	void aBugOfAnExecutionIsFound(Class<? extends Followed> followed) {
		assertThatExceptionOfType(LincheckAssertionError.class).isThrownBy(() -> {
			for (int tries = 1; tries <= TRIES; tries++) {
				checkExecution(followed, tries * INVOCATIONS);
			}
		}).withMessageMatching(FOUND);
	}

	/** What callers use of a table. */
	interface Table {

		@Nullable InFlightCall enter(InFlightCall mine);

		void leave(InFlightCall mine, @Nullable Replayable outcome);

		void detach(RecordKey key);

	}

	/**
	 * Callers of one key, each in a thread of its own. Executions are told apart by
	 * numbers.
	 */
	public abstract static class Callers {

		private final Table table;

		private final Notes notes = new Notes();

		Callers(Table table) {
			this.table = table;
		}

		/** The caller becomes the owner, or follows the one it has found. */
		@Operation
		public String call(@Param(gen = ThreadIdGen.class) int caller) {
			InFlightCall mine = this.notes.begin(caller);
			InFlightCall other = this.table.enter(mine);
			return this.notes.entered(caller, mine, other);
		}

		/** What the caller followed has ended: it must be able to go on. */
		@Operation
		public String callAgain(@Param(gen = ThreadIdGen.class) int caller) {
			InFlightCall former = this.notes.followed(caller);
			if (former == null) {
				return "follows none";
			}
			String number = this.notes.numberOf(former);
			boolean ended = former.hasEnded();
			String answer = call(caller);
			if (answer.equals("follows " + number)) {
				return ended ? number + " has ended and is still there" : "waits for " + number;
			}
			// its end may come a moment later, but it comes
			Replayable outcome = former.end().join();
			return number + (this.notes.isRight(former, outcome) ? " ended, " : " ended as another, ") + answer;
		}

		/** The owner has ended, whether or not it was detached before. */
		@Operation
		public void end(@Param(gen = ThreadIdGen.class) int caller) {
			InFlightCall mine = this.notes.owned(caller);
			if (mine != null) {
				this.table.leave(mine, this.notes.outcome(mine));
			}
		}

		/** An operator settles it, or its lease lapses. */
		@Operation
		public void detach() {
			this.table.detach(KEY);
		}

	}

	/** What the test remembers, of no concern to the model checker. */
	static class Notes {

		private final InFlightCall[] executions = new InFlightCall[100];

		private final int[] begun = new int[10];

		private final InFlightCall[] owned = new InFlightCall[10];

		private final InFlightCall[] followed = new InFlightCall[10];

		InFlightCall begin(int caller) {
			InFlightCall mine = new InFlightCall(KEY);
			this.executions[10 * caller + ++this.begun[caller]] = mine;
			return mine;
		}

		String entered(int caller, InFlightCall mine, @Nullable InFlightCall other) {
			if (other == null) {
				this.owned[caller] = mine;
				return "owns " + numberOf(mine);
			}
			this.followed[caller] = other;
			return "follows " + numberOf(other);
		}

		InFlightCall followed(int caller) {
			return this.followed[caller];
		}

		@Nullable InFlightCall owned(int caller) {
			InFlightCall mine = this.owned[caller];
			this.owned[caller] = null;
			return mine;
		}

		String numberOf(InFlightCall execution) {
			return Integer.toString(Arrays.asList(this.executions).indexOf(execution));
		}

		Replayable outcome(InFlightCall execution) {
			return new Replayable(new Finished(new StoredOutcome(false, numberOf(execution), null), null, 1,
					Instant.EPOCH, Duration.ofHours(1)), null, false);
		}

		boolean isRight(InFlightCall execution, @Nullable Replayable outcome) {
			return outcome == null || outcome.record().outcome().format().equals(numberOf(execution));
		}

	}

	/** What is promised: nobody ever acts at the same moment. */
	public static class OneAfterTheOther {

		private final int[] begun = new int[10];

		private final int[] owned = new int[10];

		private final int[] followed = new int[10];

		private int present;

		public String call(int caller) {
			int number = 10 * caller + ++this.begun[caller];
			if (this.present == 0) {
				this.present = number;
				this.owned[caller] = number;
				return "owns " + number;
			}
			this.followed[caller] = this.present;
			return "follows " + this.present;
		}

		public String callAgain(int caller) {
			int number = this.followed[caller];
			if (number == 0) {
				return "follows none";
			}
			String answer = call(caller);
			return answer.equals("follows " + number) ? "waits for " + number : number + " ended, " + answer;
		}

		public void end(int caller) {
			if (this.present == this.owned[caller]) {
				this.present = 0;
			}
			this.owned[caller] = 0;
		}

		public void detach() {
			this.present = 0;
		}

	}

	public static class OfTheTable extends Callers {

		public OfTheTable() {
			super(new Table() {

				private final InFlightCalls table = new InFlightCalls();

				@Override
				public @Nullable InFlightCall enter(InFlightCall mine) {
					return this.table.enter(mine);
				}

				@Override
				public void leave(InFlightCall mine, @Nullable Replayable outcome) {
					this.table.leave(mine, outcome);
				}

				@Override
				public void detach(RecordKey key) {
					this.table.detach(key);
				}

			});
		}

	}

	/** The table again, for bugs to be put into. */
	static class Copy implements Table {

		final ConcurrentMap<RecordKey, InFlightCall> entries = new ConcurrentHashMap<>();

		@Override
		public @Nullable InFlightCall enter(InFlightCall mine) {
			return this.entries.putIfAbsent(mine.key(), mine);
		}

		@Override
		public void leave(InFlightCall mine, @Nullable Replayable outcome) {
			this.entries.remove(mine.key(), mine);
			mine.end(outcome);
		}

		@Override
		public void detach(RecordKey key) {
			InFlightCall entry = this.entries.get(key);
			if (entry != null) {
				leave(entry, null);
			}
		}

	}

	public static class OfCheckThenPut extends Callers {

		public OfCheckThenPut() {
			super(new Copy() {

				@Override
				public @Nullable InFlightCall enter(InFlightCall mine) {
					InFlightCall other = this.entries.get(mine.key());
					if (other == null) {
						this.entries.put(mine.key(), mine);
					}
					return other;
				}

			});
		}

	}

	public static class OfEndBeforeRemove extends Callers {

		public OfEndBeforeRemove() {
			super(new Copy() {

				@Override
				public void leave(InFlightCall mine, @Nullable Replayable outcome) {
					mine.end(outcome);
					this.entries.remove(mine.key(), mine);
				}

			});
		}

	}

	public static class OfRemovesAnyEntry extends Callers {

		public OfRemovesAnyEntry() {
			super(new Copy() {

				@Override
				public void leave(InFlightCall mine, @Nullable Replayable outcome) {
					this.entries.remove(mine.key());
					mine.end(outcome);
				}

			});
		}

	}

	public static class OfDetachesWithoutWaking extends Callers {

		public OfDetachesWithoutWaking() {
			super(new Copy() {

				@Override
				public void detach(RecordKey key) {
					this.entries.remove(key);
				}

			});
		}

	}

	public static class OfNeverRemoves extends Callers {

		public OfNeverRemoves() {
			super(new Copy() {

				@Override
				public void leave(InFlightCall mine, @Nullable Replayable outcome) {
					mine.end(outcome);
				}

			});
		}

	}

	/** What its owner and its followers use of an execution. */
	interface Execution {

		void markInProgress(Fingerprint fingerprint);

		void end(@Nullable Replayable outcome);

		CompletableFuture<Boolean> state();

		CompletableFuture<@Nullable Replayable> end();

		@Nullable Fingerprint fingerprint();

		boolean hasEnded();

	}

	/** One execution, its owner and what follows it. */
	public abstract static class Followed {

		private static final Fingerprint PAYLOAD = new Fingerprint(new byte[32]);

		private static final Replayable OUTCOME = new Notes().outcome(new InFlightCall(KEY));

		private final Execution execution;

		Followed(Execution execution) {
			this.execution = execution;
		}

		@Operation
		public void begin() {
			this.execution.markInProgress(PAYLOAD);
		}

		@Operation
		public void end() {
			this.execution.end(OUTCOME);
		}

		/** As {@link InFlightWaiter} does it, but without a time limit. */
		@Operation
		public String follow() {
			if (this.execution.state().join()) {
				if (!PAYLOAD.equals(this.execution.fingerprint())) {
					return "is in progress with an unknown payload";
				}
			}
			else if (!this.execution.hasEnded()) {
				return "is not in progress and has not ended";
			}
			return OUTCOME.equals(this.execution.end().join()) ? "seen to its end" : "ended with something else";
		}

	}

	/** What is promised to whoever follows. */
	public static class SeenAsItIs {

		public void begin() {
		}

		public void end() {
		}

		public String follow() {
			return "seen to its end";
		}

	}

	public static class OfAnInFlight extends Followed {

		public OfAnInFlight() {
			super(new Execution() {

				private final InFlightCall inFlight = new InFlightCall(KEY);

				@Override
				public void markInProgress(Fingerprint fingerprint) {
					this.inFlight.markInProgress(fingerprint);
				}

				@Override
				public void end(@Nullable Replayable outcome) {
					this.inFlight.end(outcome);
				}

				@Override
				public CompletableFuture<Boolean> state() {
					return this.inFlight.state();
				}

				@Override
				public CompletableFuture<@Nullable Replayable> end() {
					return this.inFlight.end();
				}

				@Override
				public @Nullable Fingerprint fingerprint() {
					return this.inFlight.fingerprint();
				}

				@Override
				public boolean hasEnded() {
					return this.inFlight.hasEnded();
				}

			});
		}

	}

	/** An execution again, for bugs to be put into. */
	static class CopyOfAnExecution implements Execution {

		final CompletableFuture<Boolean> inProgress = new CompletableFuture<>();

		final CompletableFuture<@Nullable Replayable> end = new CompletableFuture<>();

		volatile @Nullable Fingerprint fingerprint;

		@Override
		public void markInProgress(Fingerprint fingerprint) {
			this.fingerprint = fingerprint;
			this.inProgress.complete(true);
		}

		@Override
		public void end(@Nullable Replayable outcome) {
			this.end.complete(outcome);
			this.inProgress.complete(false);
		}

		@Override
		public CompletableFuture<Boolean> state() {
			return this.inProgress.copy();
		}

		@Override
		public CompletableFuture<@Nullable Replayable> end() {
			return this.end.copy();
		}

		@Override
		public @Nullable Fingerprint fingerprint() {
			return this.fingerprint;
		}

		@Override
		public boolean hasEnded() {
			return this.end.isDone();
		}

	}

	public static class OfStateBeforePayload extends Followed {

		public OfStateBeforePayload() {
			super(new CopyOfAnExecution() {

				@Override
				public void markInProgress(Fingerprint fingerprint) {
					this.inProgress.complete(true);
					this.fingerprint = fingerprint;
				}

			});
		}

	}

	public static class OfStateBeforeEnd extends Followed {

		public OfStateBeforeEnd() {
			super(new CopyOfAnExecution() {

				@Override
				public void end(@Nullable Replayable outcome) {
					this.inProgress.complete(false);
					this.end.complete(outcome);
				}

			});
		}

	}

	public static class OfWakesNobodyAfterBegin extends Followed {

		public OfWakesNobodyAfterBegin() {
			super(new CopyOfAnExecution() {

				@Override
				public void end(@Nullable Replayable outcome) {
					if (this.inProgress.complete(false)) {
						this.end.complete(outcome);
					}
				}

			});
		}

	}

}
