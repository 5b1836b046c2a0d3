package io.idempotent;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

import org.springframework.aot.hint.annotation.Reflective;

/**
 * Runs the method at most once per (scope, operation, key): the first call executes it
 * and its outcome is kept for {@link #ttl()}; every further call is answered with that
 * outcome, on this node and on every other. Called inside of a transaction that rolls
 * back, it runs again, unless {@link #transaction()} is {@code DETACHED}.
 * <p>
 * May stand on a method of a Spring bean, on a method of an interface it implements, or
 * on another annotation ({@code @AliasFor} is honoured). Expressions are SpEL over the
 * arguments: {@code #name}, {@code #a0} or {@code #p0}, {@code #root.target},
 * {@code #root.method}, {@code @bean}; they are evaluated once, before the method runs.
 * Durations are written {@code "24h"}, {@code "PT24H"} or <code>"${property}"</code>; a
 * number without unit is refused. Whatever is wrong with the annotation stops the start
 * with a sentence that names the method and the remedy.
 */
@Documented
@Reflective
@Retention(RetentionPolicy.RUNTIME)
@Target({ ElementType.METHOD, ElementType.ANNOTATION_TYPE })
public @interface Idempotent {

	/**
	 * The value of {@link #payload()} that switches the comparison of payloads off: any
	 * call with the same key is a duplicate, whatever else it asks for.
	 */
	String UNCHECKED = "idempotent:unchecked";

	/**
	 * The value of {@link #scope()} that shares records on purpose: they are nobody's,
	 * and every user who calls with a key gets its outcome. Nothing is added to it.
	 */
	String UNSCOPED = "idempotent:unscoped";

	/**
	 * Expression for the key: which one of the operations this call is, such as a
	 * workflow id. A list, {@code {#a, #b}}, is a composite key; a set counts in any
	 * order. Null, empty and blank keys, and texts that are joined with a null, are
	 * refused with {@link MissingIdempotencyKeyException}, and values without a text that
	 * is the same in every JVM with {@link InvalidIdempotencyKeyException}; 0 and false
	 * are values. A handler of web requests may do without: then each request brings its
	 * key in the header {@code Idempotency-Key}, and its whole answer is recorded.
	 * @return the key expression
	 */
	String key() default "";

	/**
	 * The name of what is done, such as {@code contract.submit}; placeholders are
	 * resolved. By default made of the bean class, the method and its parameter types,
	 * which a rename changes: give it a name. A name is that of one method, and of those
	 * that override it: another method with the same name stops the start.
	 * @return the operation name
	 */
	String operation() default "";

	/**
	 * Expression for the scope: whose record it is, such as a tenant's. By default that
	 * of the authenticated user on a handler of web requests, that of the principal on
	 * any other method which takes one as an argument ({@code Principal},
	 * {@code Authentication}, {@code @AuthenticationPrincipal}, ...), and else nobody's;
	 * an {@link IdempotencyScopeResolver} bean adds to it. An expression takes the place
	 * of all that, except that a principal which is an argument still counts unless an
	 * expression of this annotation refers to it, and so does the user who sends a key in
	 * a header. {@link #UNSCOPED} shares on purpose.
	 * @return the scope expression
	 */
	String scope() default "";

	/**
	 * Expression for what must be equal for a call to be a retry of the same request. By
	 * default all arguments that are not the key itself; {@link #UNCHECKED} compares
	 * nothing. Of a handler whose key comes with the request, by default all that the
	 * request says; its expression has {@code #body} (the members of a JSON document or
	 * the parameters of a form), {@code #query}, {@code #headers['If-Match']} and
	 * {@code #path} instead of arguments.
	 * @return the payload expression
	 */
	String payload() default "";

	/**
	 * How long an outcome is kept, from its completion.
	 * @return the duration; by default {@code idempotent.ttl}
	 */
	String ttl() default "";

	/**
	 * How long an owner may stay silent before its attempt counts as abandoned; renewed
	 * while the method runs.
	 * @return the duration; by default {@code idempotent.lease}
	 */
	String lease() default "";

	/**
	 * What a duplicate does while the first attempt is in progress.
	 * @return the policy; by default {@code idempotent.on-in-progress}
	 */
	InProgressPolicy onInProgress() default InProgressPolicy.DEFAULT;

	/**
	 * How long a duplicate waits at most under {@link InProgressPolicy#WAIT}.
	 * @return the duration; by default {@code idempotent.wait-timeout}
	 */
	String waitTimeout() default "";

	/**
	 * What happens to a record whose outcome nobody knows.
	 * @return the policy; by default {@code idempotent.on-abandoned}
	 */
	AbandonedPolicy onAbandoned() default AbandonedPolicy.DEFAULT;

	/**
	 * Exception types that are a final outcome: recorded, and thrown again to every
	 * duplicate. Wins over {@link #unknownFailures()}.
	 * @return exception types, subtypes included
	 */
	Class<? extends Throwable>[] recordFailures() default {};

	/**
	 * Exception types after which nobody knows whether the operation happened, matched
	 * through causes; added to {@code idempotent.unknown-failures}.
	 * @return exception types, subtypes included
	 */
	Class<? extends Throwable>[] unknownFailures() default {};

	/**
	 * How the record, and the method, relate to the transaction of the caller.
	 * @return the mode; by default {@code idempotent.transaction}
	 */
	TransactionMode transaction() default TransactionMode.DEFAULT;

}
