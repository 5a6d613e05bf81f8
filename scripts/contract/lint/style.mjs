// Redocly loads this file, which is plain JavaScript, as the plugin of the `style/…` rules.
import { register } from 'tsx/esm/api'

register()
const { pluginOf } = await import('./plugin.ts')

export default () => pluginOf('style')
