package io.idempotent.web.servlet;

import java.net.URI;
import java.util.regex.Pattern;

import jakarta.servlet.ServletResponse;
import jakarta.servlet.ServletResponseWrapper;
import jakarta.servlet.http.HttpServletRequest;

import org.springframework.core.env.Environment;
import org.springframework.web.context.WebApplicationContext;
import org.springframework.web.context.support.WebApplicationContextUtils;

/**
 * Makes of a redirect that is held back what the container would have sent: Tomcat
 * resolves it against the request, unless it is told to leave it relative.
 */
final class ContainerRedirect {

	private static final String RELATIVE = "server.tomcat.use-relative-redirects";

	private static final Pattern SCHEME = Pattern.compile("[A-Za-z][A-Za-z0-9+.-]*:.*", Pattern.DOTALL);

	private ContainerRedirect() {
	}

	static String locationOf(String location, HttpServletRequest request, ServletResponse response) {
		return (isOfTomcat(response) && !SCHEME.matcher(location).matches() && !isRelative(request))
				? resolve(location, request) : location;
	}

	private static boolean isOfTomcat(ServletResponse response) {
		ServletResponse target = response;
		while (target instanceof ServletResponseWrapper wrapper) {
			target = wrapper.getResponse();
		}
		return target.getClass().getName().startsWith("org.apache.catalina.");
	}

	private static boolean isRelative(HttpServletRequest request) {
		WebApplicationContext context = WebApplicationContextUtils
			.getWebApplicationContext(request.getServletContext());
		Environment environment = (context != null) ? context.getEnvironment() : null;
		return environment != null && environment.getProperty(RELATIVE, Boolean.class, false);
	}

	private static String resolve(String location, HttpServletRequest request) {
		if (location.startsWith("//")) {
			return request.getScheme() + ":" + location;
		}
		String path = request.getRequestURI();
		String url = request.getRequestURL().toString();
		String server = url.endsWith(path) ? url.substring(0, url.length() - path.length()) : url;
		String target = server
				+ (location.startsWith("/") ? location : path.substring(0, path.lastIndexOf('/') + 1) + location);
		try {
			return target.contains("/.") ? URI.create(target).normalize().toString() : target;
		}
		catch (IllegalArgumentException ex) {
			// as it was said
			return target;
		}
	}

}
