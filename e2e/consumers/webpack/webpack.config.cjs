module.exports = (_env, { mode }) => ({
  entry: './src/main.js',
  output: { path: `${__dirname}/dist`, filename: 'main.js' },
  experiments: { topLevelAwait: true },
  performance: { hints: false },
  devServer: { static: __dirname, host: '127.0.0.1', port: process.env.PORT },
  devtool: mode === 'development' ? 'eval' : false,
});
