package io.idempotent.web.servlet;

import java.io.IOException;

import io.idempotent.web.RecordedResponse;
import io.idempotent.web.RecordedResponse.Header;
import io.idempotent.web.request.WebSettings;
import jakarta.servlet.http.HttpServletResponse;

import org.springframework.http.HttpHeaders;

/**
 * Writes a recorded answer once more. Apart from {@link RecordedResponse}, which is read
 * where there is no servlet as well.
 */
final class ServletReplay {

	private ServletReplay() {
	}

	static void write(RecordedResponse recorded, HttpServletResponse response) throws IOException {
		response.setStatus(recorded.status());
		for (Header header : recorded.headers()) {
			for (int i = 0; i < header.values().size(); i++) {
				if (i == 0) {
					response.setHeader(header.name(), header.values().get(i));
				}
				else {
					response.addHeader(header.name(), header.values().get(i));
				}
			}
		}
		response.setHeader(HttpHeaders.CACHE_CONTROL, "no-store");
		response.setHeader(WebSettings.REPLAYED_HEADER, "true");
		if (recorded.error() != null) {
			response.sendError(recorded.status(), recorded.error());
		}
		else if (recorded.body().length > 0) {
			response.setContentLength(recorded.body().length);
			response.getOutputStream().write(recorded.body());
		}
	}

}
