package io.idempotent.engine;

import java.lang.reflect.Type;

final class DeeplyImmutable {

	private DeeplyImmutable() {
	}

	static boolean isDeeplyImmutable(Type type) {
		return false;
	}

}
