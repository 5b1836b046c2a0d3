package io.idempotent.engine.operation;

import java.lang.reflect.Type;
import java.time.Duration;
import java.util.Set;

import io.idempotent.AbandonedPolicy;
import io.idempotent.InProgressPolicy;
import io.idempotent.TransactionMode;
import org.jspecify.annotations.Nullable;

/**
 * What an annotation or a template says of an operation; what it leaves open is decided
 * by the {@link EngineSettings}.
 *
 * @param name the name of the operation
 * @param returnType the full generic type of what the method returns: its result, or a
 * future or publisher of it
 * @param ttl null by default
 * @param lease null by default
 * @param onInProgress the policy
 * @param waitTimeout null by default
 * @param onAbandoned the policy
 * @param recordFailures exception types that are a final outcome
 * @param unknownFailures exception types to be added to the configured ones
 * @param transaction the mode
 * @param methodTransaction the transaction that the method asks for, null if it says
 * nothing about transactions
 * @param compared what the payload consists of, for people, such as {@code the arguments
 * command, amount}
 */
public record OperationSpec(String name, Type returnType, @Nullable Duration ttl, @Nullable Duration lease,
		InProgressPolicy onInProgress, @Nullable Duration waitTimeout, AbandonedPolicy onAbandoned,
		Set<Class<? extends Throwable>> recordFailures, Set<Class<? extends Throwable>> unknownFailures,
		TransactionMode transaction, @Nullable MethodTransaction methodTransaction, String compared) {

}
