package io.idempotent.autoconfigure;

import java.lang.reflect.RecordComponent;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import org.springframework.beans.factory.config.BeanFactoryPostProcessor;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.boot.context.properties.bind.DataObjectPropertyName;
import org.springframework.boot.context.properties.source.ConfigurationPropertyName;
import org.springframework.boot.context.properties.source.ConfigurationPropertySource;
import org.springframework.boot.context.properties.source.ConfigurationPropertyState;
import org.springframework.core.env.CommandLinePropertySource;
import org.springframework.core.env.ConfigurableEnvironment;
import org.springframework.core.env.EnumerablePropertySource;
import org.springframework.core.env.PropertySource;
import org.springframework.core.env.StandardEnvironment;
import org.springframework.core.env.SystemEnvironmentPropertySource;
import org.springframework.util.ObjectUtils;

/**
 * Stops the start at each name under {@code idempotent} that is none of
 * {@link IdempotencyProperties}, and says which one was meant: also at one that only an
 * environment variable may have, such as {@code --IDEMPOTENT_TTL}. Environment variables
 * and system properties, which are not the application's alone and which Spring Boot
 * therefore leaves out, stop it if they resemble a property.
 */
final class PropertyNames implements BeanFactoryPostProcessor {

	private static final Logger logger = LoggerFactory.getLogger(PropertyNames.class);

	private static final String PREFIX = "idempotent";

	private static final ConfigurationPropertyName ROOT = ConfigurationPropertyName.of(PREFIX);

	/** What Kubernetes sets for a service whose name begins with "idempotent". */
	private static final Pattern SERVICE_LINK = Pattern.compile(
			"IDEMPOTENT(_[A-Z0-9]+)*_(SERVICE_HOST|SERVICE_PORT(_[A-Z0-9_]+)?|PORT(_\\d+_(TCP|UDP|SCTP)(_(PROTO|PORT|ADDR))?)?)");

	/** A shorter end of a name may be that of anything. */
	private static final int MIN_END = 5;

	private final ConfigurableEnvironment environment;

	private final Set<ConfigurationPropertyName> names = new TreeSet<>();

	private final Set<ConfigurationPropertyName> lists = new HashSet<>();

	private final Set<ConfigurationPropertyName> maps = new HashSet<>();

	private final Set<ConfigurationPropertyName> groups = new HashSet<>();

	PropertyNames(ConfigurableEnvironment environment) {
		this.environment = environment;
		addAll(IdempotencyProperties.class, ROOT);
	}

	private void addAll(Class<?> type, ConfigurationPropertyName group) {
		for (RecordComponent component : type.getRecordComponents()) {
			ConfigurationPropertyName name = group.append(DataObjectPropertyName.toDashedForm(component.getName()));
			if (component.getType().isRecord()) {
				this.groups.add(name);
				addAll(component.getType(), name);
			}
			else {
				this.names.add(name);
				if (Collection.class.isAssignableFrom(component.getType())) {
					this.lists.add(name);
				}
				if (Map.class.isAssignableFrom(component.getType())) {
					this.maps.add(name);
				}
			}
		}
	}

	@Override
	public void postProcessBeanFactory(ConfigurableListableBeanFactory beanFactory) {
		List<String> wrong = new ArrayList<>();
		for (PropertySource<?> source : this.environment.getPropertySources()) {
			if (source instanceof EnumerablePropertySource<?> enumerable) {
				for (String name : enumerable.getPropertyNames()) {
					String text = name.toLowerCase(Locale.ROOT).startsWith(PREFIX) ? check(name, source) : null;
					if (text != null) {
						wrong.add(text);
					}
				}
			}
		}
		if (!wrong.isEmpty()) {
			throw new IdempotencyConfigurationException(
					wrong.stream()
						.collect(Collectors.joining("%n    - ".formatted(),
								"No property has this name:%n%n    - ".formatted(), "")),
					"Correct the name or remove it. The names are listed in the configuration metadata, and in docs/configuration.md.");
		}
	}

	private @Nullable String check(String text, PropertySource<?> source) {
		boolean variable = source instanceof SystemEnvironmentPropertySource;
		boolean own = !variable && !source.getName().equals(StandardEnvironment.SYSTEM_PROPERTIES_PROPERTY_SOURCE_NAME);
		String shown = variable ? "environment variable '%s'".formatted(text)
				: "'%s' (%s)".formatted(text, source.getName());
		String rest = text.substring(PREFIX.length());
		if (rest.isEmpty() || rest.startsWith("[")) {
			// of a group without members nothing is meant, but of an option something is
			return (own && (source instanceof CommandLinePropertySource<?>
					|| !ObjectUtils.isEmpty(source.getProperty(text)))) ? ofGroup(ROOT, shown) : null;
		}
		if (rest.startsWith(".")) {
			ConfigurationPropertyName name = ConfigurationPropertyName.adapt(text, '.');
			if (this.groups.contains(name)) {
				return ObjectUtils.isEmpty(source.getProperty(text)) ? null : ofGroup(name, shown);
			}
			if (isKnown(name)) {
				return null;
			}
			return own ? meant(shown, uniform(name)) : checkForeign(shown, rest.substring(1).split("\\."));
		}
		if (variable && SERVICE_LINK.matcher(text.toUpperCase(Locale.ROOT)).matches()) {
			return null;
		}
		return isBound(uniform(rest), source) ? null : checkSeparated(shown, rest);
	}

	private boolean isKnown(ConfigurationPropertyName name) {
		return this.names.contains(name)
				|| this.lists.stream().anyMatch((list) -> list.isParentOf(name) && name.isLastElementIndexed())
				|| this.maps.stream().anyMatch((map) -> map.isAncestorOf(name));
	}

	/**
	 * Whether a name without dots stands for a property, as that of a variable does, and
	 * Spring Boot finds it.
	 */
	private boolean isBound(String name, PropertySource<?> source) {
		// Spring Boot knows that of the environment by its name
		ConfigurationPropertySource found = ConfigurationPropertySource.from(
				(source instanceof SystemEnvironmentPropertySource variables)
						? new SystemEnvironmentPropertySource(
								StandardEnvironment.SYSTEM_ENVIRONMENT_PROPERTY_SOURCE_NAME, variables.getSource())
						: source);
		return found != null && (this.names.stream()
			.anyMatch((property) -> uniform(property).equals(name) && (found.getConfigurationProperty(property) != null
					|| found.containsDescendantOf(property) == ConfigurationPropertyState.PRESENT))
				|| Stream
					.concat(this.lists.stream().filter((list) -> name.matches(uniform(list) + "\\d+")),
							this.maps.stream().filter((map) -> name.startsWith(uniform(map))))
					.anyMatch((group) -> found.containsDescendantOf(group) == ConfigurationPropertyState.PRESENT));
	}

	private @Nullable String checkSeparated(String shown, String rest) {
		String name = uniform(rest);
		boolean separated = !Character.isLetterOrDigit(rest.charAt(0));
		if (!separated) {
			return this.names.stream().anyMatch((property) -> uniform(property).equals(name)) ? meant(shown, name)
					: null;
		}
		return name.isEmpty() ? null : checkForeign(shown, rest.substring(1).split("[^A-Za-z0-9]"));
	}

	private String ofGroup(ConfigurationPropertyName group, String shown) {
		return this.names.stream()
			.filter(group::isParentOf)
			.map(ConfigurationPropertyName::toString)
			.collect(Collectors.joining("', '",
					"%s: it is a group, which has no value. Its properties are '".formatted(shown), "'"));
	}

	/**
	 * A name that may be another program's.
	 */
	private @Nullable String checkForeign(String shown, String[] parts) {
		String name = uniform(String.join("", parts));
		boolean inGroup = IntStream.range(1, parts.length)
			.mapToObj((end) -> uniform(String.join("", Arrays.copyOf(parts, end))))
			.anyMatch((start) -> this.groups.stream().anyMatch((group) -> uniform(group).equals(start)));
		ConfigurationPropertyName nearest = nearest(name);
		String meant = uniform(nearest);
		if (inGroup || distance(name, meant) <= Math.max(1, name.length() / 3)
				|| (name.length() >= MIN_END && meant.endsWith(name))) {
			return meant(shown, name);
		}
		logger.info("{} is no property of this starter and has no effect on it", shown);
		return null;
	}

	private String meant(String shown, String name) {
		return "%s: did you mean '%s'?".formatted(shown, nearest(name));
	}

	private ConfigurationPropertyName nearest(String name) {
		return this.names.stream()
			.min(Comparator.comparingInt((ConfigurationPropertyName property) -> Math
				.min(distance(name, uniform(property)), uniform(property).endsWith(name) ? 1 : Integer.MAX_VALUE)))
			.orElseThrow();
	}

	private static String uniform(ConfigurationPropertyName name) {
		return uniform(name.subName(1).toString());
	}

	private static String uniform(String name) {
		return name.toLowerCase(Locale.ROOT).replaceAll("[^a-z0-9]", "");
	}

	/**
	 * How many characters differ, are missing or too many.
	 */
	private static int distance(String one, String other) {
		int[] last = IntStream.rangeClosed(0, other.length()).toArray();
		for (int i = 1; i <= one.length(); i++) {
			int[] row = new int[last.length];
			row[0] = i;
			for (int j = 1; j < row.length; j++) {
				int replaced = last[j - 1] + ((one.charAt(i - 1) != other.charAt(j - 1)) ? 1 : 0);
				row[j] = Math.min(replaced, Math.min(last[j], row[j - 1]) + 1);
			}
			last = row;
		}
		return last[other.length()];
	}

}
