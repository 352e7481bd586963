export default { reactStrictMode: true, eslint: { ignoreDuringBuilds: true } };
