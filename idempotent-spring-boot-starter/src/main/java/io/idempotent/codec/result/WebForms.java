package io.idempotent.codec.result;

import java.util.ArrayList;
import java.util.List;

import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JavaType;
import tools.jackson.databind.type.TypeFactory;

import org.springframework.http.HttpEntity;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatusCode;
import org.springframework.http.ResponseEntity;

/**
 * The forms of answers with status and headers. The only class of this room that knows
 * Spring's web classes, which may be absent.
 */
final class WebForms {

	/** Stands for the status of what has none. */
	private static final int NO_STATUS = 0;

	private WebForms() {
	}

	static @Nullable Form find(JavaType type, TypeFactory types) {
		Class<?> raw = type.getRawClass();
		if (raw == ResponseEntity.class) {
			return Form.of(type, parts(type, types), (ResponseEntity<?> entity) -> partsOf(entity, raw),
					WebForms::responseEntity);
		}
		if (raw == HttpEntity.class) {
			return Form.of(type, parts(type, types), (HttpEntity<?> entity) -> partsOf(entity, raw), WebForms::entity);
		}
		if (HttpHeaders.class.isAssignableFrom(raw)) {
			return Form.of(type, types.constructCollectionType(List.class, Header.class), WebForms::list,
					WebForms::headers);
		}
		return null;
	}

	private static JavaType parts(JavaType type, TypeFactory types) {
		return types.constructParametricType(Parts.class, type.containedTypeOrUnknown(0));
	}

	private static Parts<?> partsOf(HttpEntity<?> entity, Class<?> declared) {
		if (entity.getClass() != declared) {
			throw new IllegalArgumentException("declared as %s, but is %s, and would come back without what that adds"
				.formatted(declared.getName(), entity.getClass().getName()));
		}
		int status = (entity instanceof ResponseEntity<?> response) ? response.getStatusCode().value() : NO_STATUS;
		return new Parts<>(status, list(entity.getHeaders()), entity.getBody());
	}

	private static HttpEntity<?> entity(Parts<?> parts) {
		if (parts.status() != NO_STATUS) {
			throw new IllegalArgumentException("an HttpEntity has no status");
		}
		return new HttpEntity<>(parts.body(), headers(parts.headers()));
	}

	private static ResponseEntity<?> responseEntity(Parts<?> parts) {
		return new ResponseEntity<>(parts.body(), headers(parts.headers()), HttpStatusCode.valueOf(parts.status()));
	}

	private static List<Header> list(HttpHeaders headers) {
		List<Header> list = new ArrayList<>();
		headers.forEach((name, values) -> list.add(new Header(name, values)));
		return list;
	}

	private static HttpHeaders headers(List<Header> list) {
		HttpHeaders headers = new HttpHeaders();
		list.forEach((header) -> headers.put(header.name(), header.values()));
		return headers;
	}

	private record Parts<T>(int status, List<Header> headers, @Nullable T body) {

	}

	private record Header(String name, List<@Nullable String> values) {

	}

}
