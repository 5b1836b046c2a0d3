package io.idempotent.codec.result;

import java.lang.reflect.Type;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;

import io.idempotent.ResultCodec;
import io.idempotent.engine.outcome.ReadBackException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.core.JacksonException;

/**
 * Reads back what another codec has written of a result, and refuses what does not come
 * back as it was: a duplicate is told so instead of getting something else.
 * <p>
 * Each shape of a result is read back once, where the shape is which classes, constants,
 * nulls and empty containers there are; after that one result in
 * {@value #SAMPLED_RESULTS}. A shape that did not come back is read back each time.
 */
public final class ReadBackResultCodec implements ResultCodec {

	private static final Logger logger = LoggerFactory.getLogger(ReadBackResultCodec.class);

	/** Results of known shapes of which one is read back. */
	static final int SAMPLED_RESULTS = 1_000;

	/** Shapes of one type that are remembered; those beyond are samples only. */
	static final int MAX_SHAPES = 1_000;

	private final Map<Type, Shapes> shapes = new ConcurrentHashMap<>();

	private final ResultCodec codec;

	/**
	 * Creates the codec.
	 * @param codec the one that writes and reads
	 */
	public ReadBackResultCodec(ResultCodec codec) {
		this.codec = codec;
	}

	@Override
	public String format() {
		return this.codec.format();
	}

	@Override
	public void validate(Type type) {
		this.codec.validate(type);
	}

	@Override
	public @Nullable Object decode(byte[] bytes, Type type) {
		return this.codec.decode(bytes, type);
	}

	@Override
	public byte[] encode(@Nullable Object result, Type type) {
		byte[] bytes = this.codec.encode(result, type);
		Shapes known = this.shapes.get(type);
		if (known == null) {
			known = this.shapes.computeIfAbsent(type, (key) -> new Shapes());
		}
		try {
			long shape = new StateShape().of(result);
			if (known.isDue(shape)) {
				known.isExact(shape, false);
				readBack(bytes, result, type);
				known.isExact(shape, true);
			}
		}
		catch (ReadBackException ex) {
			throw ex;
		}
		catch (RuntimeException | StackOverflowError ex) {
			// nothing is known against the result
			if (known.isFirstIncomparable()) {
				logger.warn("Some results of {} cannot be compared with what their stored form gives back: {}",
						type.getTypeName(), ex.toString());
			}
		}
		return bytes;
	}

	private void readBack(byte[] bytes, @Nullable Object result, Type type) {
		Object copy;
		try {
			copy = this.codec.decode(bytes, type);
		}
		catch (Exception | StackOverflowError | LinkageError ex) {
			throw new ReadBackException("what was written of %s cannot be read%s"
				.formatted((result != null) ? result.getClass().getName() : type.getTypeName(), memberOf(ex)), ex);
		}
		String difference = new StateComparison().difference(result, copy);
		if (difference != null) {
			throw new ReadBackException(difference, null);
		}
	}

	private static String memberOf(Throwable failure) {
		return (failure instanceof JacksonException ex && !ex.getPath().isEmpty()) ? ": " + ex.getPathReference() : "";
	}

	/**
	 * What is known of the results of one type.
	 */
	private static final class Shapes {

		private final Set<Long> exact = ConcurrentHashMap.newKeySet();

		private final AtomicInteger results = new AtomicInteger();

		private final AtomicBoolean incomparable = new AtomicBoolean();

		boolean isDue(long shape) {
			boolean sample = this.results.incrementAndGet() % SAMPLED_RESULTS == 0;
			return sample || (!this.exact.contains(shape) && this.exact.size() < MAX_SHAPES);
		}

		void isExact(long shape, boolean exact) {
			if (!exact) {
				this.exact.remove(shape);
			}
			else if (this.exact.size() < MAX_SHAPES) {
				this.exact.add(shape);
			}
		}

		boolean isFirstIncomparable() {
			return !this.incomparable.getAndSet(true);
		}

	}

}
