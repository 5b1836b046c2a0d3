package io.idempotent;

import java.lang.reflect.Type;

import org.jspecify.annotations.Nullable;

/**
 * Turns results into bytes and back. Declare one as a bean to replace JSON.
 * <p>
 * What {@link #decode} returns must equal what was given to {@link #encode}, and is
 * decoded by the declared type alone: nothing in the bytes may choose a class. The first
 * results of each shape, and samples of the others, are decoded as soon as they are
 * encoded; one that does not come back as it was is unavailable to duplicates.
 */
public interface ResultCodec {

	/**
	 * The name of the codec and its format, stored beside each result: a result stored
	 * under another name is unavailable instead of misread.
	 * @return at most 100 characters, such as {@code json/1}
	 */
	String format();

	/**
	 * Refuses types that cannot be replayed. Called at start for the full generic return
	 * type of each operation.
	 * @param type the type of the result
	 * @throws IllegalArgumentException with a sentence that says why and what to do
	 */
	void validate(Type type);

	/**
	 * Encodes a result.
	 * @param result the result
	 * @param type the full generic type it was declared with
	 * @return the bytes
	 * @throws RuntimeException if it cannot be encoded: the operation is then finished
	 * and its result unavailable
	 */
	byte[] encode(@Nullable Object result, Type type);

	/**
	 * Decodes a result.
	 * @param bytes what {@link #encode} returned, possibly in an earlier version of the
	 * application
	 * @param type the full generic type that is expected
	 * @return the result
	 * @throws RuntimeException if the bytes are not a value of the type: the result is
	 * then unavailable
	 */
	@Nullable Object decode(byte[] bytes, Type type);

}
