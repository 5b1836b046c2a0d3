package io.idempotent.benchmarks.startup;

import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

import io.idempotent.benchmarks.Rounds;
import io.idempotent.benchmarks.Row;
import io.idempotent.benchmarks.Section;
import io.idempotent.benchmarks.Settings;
import io.idempotent.benchmarks.Table;
import io.idempotent.benchmarks.startup.guarded.GuardedApplication;
import io.idempotent.benchmarks.startup.plain.PlainApplication;

/**
 * From the start of the process to that of the application, in turns.
 */
public final class StartUpSection implements Section {

	private static final String REFERENCE = "the same without, with a table of its own";

	/** Without it nothing has a proxy, unless it is annotated. */
	private static final String NO_TRANSACTIONS = "--spring.autoconfigure.exclude="
			+ "org.springframework.boot.transaction.autoconfigure.TransactionAutoConfiguration";

	@Override
	public String name() {
		return "start-up";
	}

	@Override
	public void measure(Settings settings, Table table) throws Exception {
		ClassPath all = ClassPath.current().without(ClassPath.TOOLS);
		Launch guarded = new Launch(GuardedApplication.class, all.inJars());
		Launch plain = new Launch(PlainApplication.class, all.without(ClassPath.STARTER).inJars());
		int rounds = settings.choose(4, 25);
		measure(rounds, guarded, plain, "a web application", table);
		steps(settings.choose(2, 9), guarded, plain, table);
		measure(rounds, guarded.with(NO_TRANSACTIONS), plain.with(NO_TRANSACTIONS),
				"a web application that has no proxy yet", table);
	}

	private static void measure(int rounds, Launch guarded, Launch plain, String what, Table table)
			throws IOException, InterruptedException {
		Start[] with = new Start[rounds];
		Start[] without = new Start[rounds];
		// the first pair reads the files
		guarded.start();
		plain.start();
		for (int i = 0; i < rounds; i++) {
			if (i % 2 == 0) {
				without[i] = plain.start();
				with[i] = guarded.start();
			}
			else {
				with[i] = guarded.start();
				without[i] = plain.start();
			}
		}
		double[] ratios = new double[rounds];
		Arrays.setAll(ratios, (i) -> (double) with[i].nanos() / without[i].nanos());
		table.add(Row.atMost("start-up of " + what + " with the starter", millis(with), REFERENCE, millis(without),
				Rounds.median(ratios), 1.1));
		table.add(Row.information("loaded classes of " + what + " with the starter", classes(with[0]), REFERENCE,
				classes(without[0]), (double) with[0].classes() / without[0].classes()));
	}

	private static void steps(int rounds, Launch guarded, Launch plain, Table table)
			throws IOException, InterruptedException {
		StartUpSteps steps = new StartUpSteps();
		for (int i = 0; i < rounds; i++) {
			steps.addPlain(plain.startInSteps().output());
			steps.addGuarded(guarded.startInSteps().output());
		}
		List<Row> largest = steps.largest(8, REFERENCE);
		largest.forEach(table::add);
	}

	private static String millis(Start[] starts) {
		return String.format(Locale.ROOT, "%,.0f ms",
				Rounds.median(Arrays.stream(starts).mapToLong(Start::nanos).asDoubleStream().toArray()) / 1e6);
	}

	private static String classes(Start start) {
		return String.format(Locale.ROOT, "%,d", start.classes());
	}

	/**
	 * One start.
	 *
	 * @param nanos how long it took
	 * @param classes the number of loaded classes
	 * @param output what it said before
	 */
	record Start(long nanos, long classes, List<String> output) {
	}

}
