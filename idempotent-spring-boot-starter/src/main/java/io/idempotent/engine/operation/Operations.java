package io.idempotent.engine.operation;

import java.lang.reflect.Type;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;
import java.util.stream.Collectors;

import io.idempotent.AbandonedPolicy;
import io.idempotent.InProgressPolicy;
import io.idempotent.ResultCodec;
import io.idempotent.TransactionMode;
import org.jspecify.annotations.Nullable;

import org.springframework.transaction.interceptor.TransactionAttribute;

/**
 * All operations that this application has defined, by name.
 */
public final class Operations {

	private static final int MAX_NAME_LENGTH = 255;

	private static final Duration MIN_LEASE = Duration.ofMillis(10);

	/** One for each name: what is set may be computed anew for each call. */
	private final Map<String, Resolved> latest = new ConcurrentHashMap<>();

	private final Map<ResultKey, Result> results = new ConcurrentHashMap<>();

	private final Map<String, Operation> byName = new ConcurrentHashMap<>();

	private final Map<String, List<OperationDeclaration>> declarations = new ConcurrentHashMap<>();

	private final EngineSettings settings;

	private final ResultCodec codec;

	private final Supplier<? extends @Nullable TransactionRules> transactionRules;

	/**
	 * Creates the registry.
	 * @param settings what holds where an operation does not say otherwise
	 * @param codec refuses types of results that cannot be replayed
	 * @param transactionRules refuses transactions that records cannot be part of; asked
	 * if an operation wants to join one; null where there are no records
	 */
	public Operations(EngineSettings settings, ResultCodec codec,
			Supplier<? extends @Nullable TransactionRules> transactionRules) {
		this.settings = settings;
		this.codec = codec;
		this.transactionRules = transactionRules;
	}

	/**
	 * Resolves an operation. What is checked and kept is its name, the type of its result
	 * and its transaction; how long and how it is guarded may be another thing each time.
	 * @param spec what is said of it
	 * @return its settings
	 * @throws InvalidDeclarationException if it cannot be guarded like that
	 */
	public Operation define(OperationSpec spec) {
		Resolved latest = this.latest.get(spec.name());
		if (latest != null && latest.spec().equals(spec)) {
			return latest.operation();
		}
		Operation operation = resolve(spec);
		this.latest.put(spec.name(), new Resolved(spec, operation));
		return operation;
	}

	/**
	 * Gives the name of an operation to a method, unless an unrelated one has it.
	 * @param name the name of the operation
	 * @param declaration the method
	 * @return the method that has the name, null if it is given
	 */
	public @Nullable OperationDeclaration declare(String name, OperationDeclaration declaration) {
		List<OperationDeclaration> all = this.declarations.computeIfAbsent(name, (any) -> new ArrayList<>());
		synchronized (all) {
			for (OperationDeclaration other : all) {
				if (!declaration.isRelatedTo(other)) {
					return other;
				}
			}
			all.add(declaration);
			return null;
		}
	}

	/**
	 * Takes names back that were given to methods.
	 * @param withdrawn the methods, once for each time that one was given a name
	 */
	public void withdraw(Collection<OperationDeclaration> withdrawn) {
		for (List<OperationDeclaration> all : this.declarations.values()) {
			synchronized (all) {
				withdrawn.forEach(all::remove);
			}
		}
	}

	/**
	 * Finds an operation.
	 * @param name its name
	 * @return the operation, empty if this application has not defined it
	 */
	public Optional<Operation> find(String name) {
		return Optional.ofNullable(this.byName.get(name));
	}

	/**
	 * The names of all operations defined so far.
	 * @return the names, sorted
	 */
	public Set<String> names() {
		return new TreeSet<>(this.byName.keySet());
	}

	private Result resultOf(OperationSpec spec) {
		String name = spec.name();
		check(!name.isBlank() && name.length() <= MAX_NAME_LENGTH && StorableText.isStorable(name),
				() -> new InvalidDeclarationException(
						"'operation' must have 1 to %s characters, none of them NUL or a lone surrogate"
							.formatted(MAX_NAME_LENGTH),
						"give it a name such as \"contract.submit\""));
		ResultShape shape = ResultShape.of(spec.returnType());
		TransactionMode mode = (spec.transaction() != TransactionMode.DEFAULT) ? spec.transaction()
				: this.settings.transaction();
		TransactionRules rules = (mode == TransactionMode.JOIN) ? this.transactionRules.get() : null;
		TransactionAttribute joined = (rules != null) ? rules.attributeOf(spec.methodTransaction()) : null;
		check(joined == null || !shape.isDeferred(),
				() -> new InvalidDeclarationException(
						"'transaction = JOIN' is not possible for results that come later",
						"return the result itself, or use INDEPENDENT"));
		Type resultType = shape.resultType(spec.returnType());
		validate(resultType);
		return new Result(resultType, shape, ImmutableTypes.isDeeplyImmutable(resultType),
				mode == TransactionMode.DETACHED, joined);
	}

	private void validate(Type resultType) {
		try {
			this.codec.validate(resultType);
		}
		catch (InvalidDeclarationException ex) {
			throw ex;
		}
		catch (IllegalArgumentException ex) {
			throw new InvalidDeclarationException(
					"%s cannot be stored: %s".formatted(resultType.getTypeName(), ex.getMessage()),
					"return a type that %s can store".formatted(this.codec.getClass().getName()), ex);
		}
	}

	private Operation resolve(OperationSpec spec) {
		String name = spec.name();
		ResultKey key = new ResultKey(name, spec.returnType(), spec.transaction(), spec.methodTransaction());
		Result result = this.results.computeIfAbsent(key, (same) -> resultOf(spec));
		Duration lease = or(spec.lease(), this.settings.lease());
		check(lease.compareTo(MIN_LEASE) >= 0 && lease.compareTo(this.settings.maxLease()) <= 0,
				() -> new InvalidDeclarationException(
						"'lease' is %s, but must be at least 10 ms and at most idempotent.max-lease (%s)"
							.formatted(lease, this.settings.maxLease()),
						"set a lease within these limits, or set 'idempotent.max-lease' to more"));
		Duration ttl = or(spec.ttl(), this.settings.ttl());
		check(EngineSettings.isWithinLimits(ttl), () -> outOfLimits("ttl", ttl));
		Duration waitTimeout = or(spec.waitTimeout(), this.settings.waitTimeout());
		check(EngineSettings.isWithinLimits(waitTimeout), () -> outOfLimits("waitTimeout", waitTimeout));
		Operation operation = new Operation(name, result.type(), result.shape(), result.shareable(), ttl, lease,
				(spec.onInProgress() != InProgressPolicy.DEFAULT) ? spec.onInProgress() : this.settings.onInProgress(),
				waitTimeout,
				(spec.onAbandoned() != AbandonedPolicy.DEFAULT) ? spec.onAbandoned() : this.settings.onAbandoned(),
				Set.copyOf(spec.recordFailures()), this.settings.unknownFailures().and(spec.unknownFailures()),
				result.detached(), result.joined(), spec.compared());
		Operation former = this.byName.putIfAbsent(name, operation);
		check(former == null || former.resultType().equals(result.type()), () -> new InvalidDeclarationException(
				"operation '%s' is declared with two result types, so one could not replay the other's results: %s, and %s before%s"
					.formatted(name, result.type().getTypeName(), former.resultType().getTypeName(), declarersOf(name)),
				"give them different names"));
		return operation;
	}

	private String declarersOf(String name) {
		List<OperationDeclaration> all = this.declarations.getOrDefault(name, List.of());
		synchronized (all) {
			return all.isEmpty() ? ""
					: all.stream()
						.map(OperationDeclaration::toString)
						.distinct()
						.collect(Collectors.joining(", ", " (annotated: ", ")"));
		}
	}

	private static Duration or(@Nullable Duration own, Duration configured) {
		return (own != null) ? own : configured;
	}

	private static InvalidDeclarationException outOfLimits(String attribute, Duration value) {
		return new InvalidDeclarationException(
				"'%s' is %s, but must be %s".formatted(attribute, value, EngineSettings.LIMITS),
				"set it to a duration within these limits, or leave it out to get the default");
	}

	private static void check(boolean condition, Supplier<InvalidDeclarationException> refusal) {
		if (!condition) {
			throw refusal.get();
		}
	}

	private record Resolved(OperationSpec spec, Operation operation) {

	}

	/** What decides about a {@link Result}. */
	private record ResultKey(String name, Type returnType, TransactionMode transaction,
			@Nullable MethodTransaction methodTransaction) {

	}

	/** What takes time to find out. */
	private record Result(Type type, ResultShape shape, boolean shareable, boolean detached,
			@Nullable TransactionAttribute joined) {

	}

}
